package dev.clipstream.image.gif;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;

/// Decodes GIF's LZW: codes of growing width, low bits first, in blocks of at most 255 bytes. For one use by one
/// thread.
final class LzwDecoder {
    private static final int MAX_CODES = 4096;

    private final EncodedBytes in;
    private long at;
    private int blockLeft;
    private int bits;
    private int bitCount;

    /// @param at the position of the byte that gives the smallest code width
    LzwDecoder(EncodedBytes in, long at) {
        this.in = in;
        this.at = at;
    }

    /// Returns the colour indices of an image.
    ///
    /// @param pixels number of pixels; what follows them is not read
    /// @throws ImageException if the codes are corrupt or too few
    byte[] decode(int pixels) throws ImageException {
        int width = in.u8(at++);
        if (width < 1 || width > 8) {
            throw ImageException.corrupt("a GIF code width of 1 to 8 bits", Integer.toString(width));
        }
        int clear = 1 << width;
        int end = clear + 1;
        short[] prefixes = new short[MAX_CODES];
        byte[] suffixes = new byte[MAX_CODES];
        byte[] firsts = new byte[MAX_CODES];
        short[] lengths = new short[MAX_CODES];
        for (int i = 0; i < clear; i++) {
            suffixes[i] = (byte) i;
            firsts[i] = (byte) i;
            lengths[i] = 1;
        }
        byte[] out = new byte[pixels];
        int written = 0;
        int next = clear + 2;
        int codeWidth = width + 1;
        int previous = -1;
        while (written < pixels) {
            int code = code(codeWidth, pixels);
            if (code == clear) {
                next = clear + 2;
                codeWidth = width + 1;
                previous = -1;
                continue;
            }
            if (code == end) {
                throw truncated(pixels);
            }
            if (previous < 0 ? code > end : code > next) {
                throw ImageException.corrupt("a GIF code of at most " + next, Integer.toString(code));
            }
            if (previous >= 0 && next < MAX_CODES) {
                prefixes[next] = (short) previous;
                suffixes[next] = code == next ? firsts[previous] : firsts[code];
                firsts[next] = firsts[previous];
                lengths[next] = (short) (lengths[previous] + 1);
                next++;
                if (next == 1 << codeWidth && codeWidth < 12) {
                    codeWidth++;
                }
            } else if (code >= next) {
                throw ImageException.corrupt("a GIF code below " + next, Integer.toString(code));
            }
            int length = lengths[code];
            for (int i = length - 1, walk = code; i >= 0; i--, walk = prefixes[walk]) {
                if (written + i < pixels) {
                    out[written + i] = suffixes[walk];
                }
            }
            written = Math.min(written + length, pixels);
            previous = code;
        }
        return out;
    }

    private int code(int width, int pixels) throws ImageException {
        while (bitCount < width) {
            if (blockLeft == 0) {
                blockLeft = at < in.length() ? in.u8(at++) : 0;
                if (blockLeft == 0) {
                    throw truncated(pixels);
                }
            }
            if (at >= in.length()) {
                throw truncated(pixels);
            }
            bits |= in.u8(at++) << bitCount;
            bitCount += 8;
            blockLeft--;
        }
        int code = bits & (1 << width) - 1;
        bits >>>= width;
        bitCount -= width;
        return code;
    }

    private static ImageException truncated(int pixels) {
        return ImageException.truncated("a GIF frame of " + pixels + " pixels", "an end before its last");
    }
}
