package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;

/// The bits of a fax, with the run-length codes of ITU-T T.4 (tables 2 and 3). For one use by one thread.
final class FaxCodes {
    /// Codes of the runs 0 to 63, then 64 to 1728 in steps of 64.
    private static final String WHITE = """
            00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010
            101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010
            00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001
            00101010 00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100
            01010101 00100100 00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011
            00110100 11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100
            011001101 011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010
            011011011 010011000 010011001 010011010 011000 010011011
            """;

    /// As for white.
    private static final String BLACK = """
            0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111
            000011000 0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000
            00000010111 00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001
            000001101010 000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111
            000001101100 000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111
            000001100100 000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111
            000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111
            0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100
            0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011
            0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100
            0000001010101 0000001011010 0000001011011 0000001100100 0000001100101
            """;

    /// Codes of the runs 1792 to 2560 in steps of 64, of both colours.
    private static final String LONG = """
            00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110
            000000010111 000000011100 000000011101 000000011110 000000011111
            """;

    private static final int LONGEST_CODE = 13;
    private static final int[] WHITE_RUNS = table(WHITE);
    private static final int[] BLACK_RUNS = table(BLACK);

    /// The end-of-line code is at least this many zeros and a one.
    private static final int EOL_ZEROS = 11;

    private final byte[] in;
    private final long end;
    private long at;

    /// @param in bits, of which the high bit of a byte comes first
    FaxCodes(byte[] in) {
        this.in = in;
        this.end = 8L * in.length;
    }

    /// Returns a table that is indexed by the next 13 bits: the run that their first code stands for, and the length of
    /// the code; 0 if no code matches.
    private static int[] table(String codes) {
        int[] table = new int[1 << LONGEST_CODE];
        String[] all = (codes + LONG).strip().split("\\s+", -1);
        for (int i = 0; i < all.length; i++) {
            int run = i < 64 ? i : (i - 63) * 64;
            int free = LONGEST_CODE - all[i].length();
            int first = Integer.parseInt(all[i], 2) << free;
            for (int rest = 0; rest < 1 << free; rest++) {
                table[first + rest] = run << 4 | all[i].length();
            }
        }
        return table;
    }

    /// Returns the next bits without taking them; zeros beyond the end.
    ///
    /// @param count at most 24
    int peek(int count) {
        int from = (int) (at >> 3);
        int word = 0;
        for (int i = 0; i < 4; i++) {
            word = word << 8 | (from + i < in.length ? in[from + i] & 0xFF : 0);
        }
        return word << (int) (at & 7) >>> (32 - count);
    }

    /// Takes bits.
    ///
    /// @throws ImageException if they are not there
    void take(int count) throws ImageException {
        at += count;
        if (at > end) {
            throw truncated();
        }
    }

    /// Skips to the next multiple of some bits.
    void align(int bits) {
        at = Math.ceilDiv(at, bits) * bits;
    }

    /// Takes an end-of-line code, with the fill before it, if it comes next.
    boolean takeEndOfLine() {
        long one = at;
        while (one < end && (in[(int) (one >> 3)] >> (7 - (int) (one & 7)) & 1) == 0) {
            one++;
        }
        if (one == end || one - at < EOL_ZEROS) {
            return false;
        }
        at = one + 1;
        return true;
    }

    /// Takes the codes of a run.
    ///
    /// @param most pixels that the row has left
    int run(boolean black, int most) throws ImageException {
        int[] runs = black ? BLACK_RUNS : WHITE_RUNS;
        int total = 0;
        while (true) {
            int code = runs[peek(LONGEST_CODE)];
            if (code == 0) {
                throw invalid();
            }
            take(code & 15);
            int run = code >> 4;
            total += run;
            if (total > most) {
                throw ImageException.corrupt("a fax row with " + most + " pixels left", "a run of " + total);
            }
            if (run < 64) {
                return total;
            }
        }
    }

    /// Returns the exception for bits that are no code.
    ImageException invalid() {
        return end - at < LONGEST_CODE || takeEndOfLine()
                ? truncated()
                : ImageException.corrupt(
                        "a fax code at bit " + at,
                        Integer.toBinaryString(1 << 13 | peek(13)).substring(1));
    }

    private static ImageException truncated() {
        return ImageException.truncated("all rows of a fax in a TIFF", "an end before its last");
    }
}
