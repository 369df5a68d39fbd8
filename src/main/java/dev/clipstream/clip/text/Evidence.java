package dev.clipstream.clip.text;

/// How certain it is that a text was UTF-8 and was decoded in a wrong encoding.
///
/// Well-formed bytes are not enough: `CAFÉ—` in Windows-1252 is well-formed UTF-8 too. So each sequence is weighed by
/// its present characters and by the result of the repair. The rule is Clipstream's own, derived from which
/// characters follow each other in writing. Two points are sufficient.
///
/// @param points 0 or more
record Evidence(int points) {
    private static final int SUFFICIENT = 2;

    /// Characters that are often written right after a letter: dashes, closing quotation marks, ellipsis, bullet,
    /// accent, dot.
    private static final String NATURAL_AFTER_LETTERS = "–—’”…•´·";

    /// First bytes of two-byte sequences for rare letters: Latin Extended-B, IPA, modifiers; Syriac, Thaana, NKo.
    private static final int RARE_LATIN_FROM = 0xc6;

    private static final int RARE_LATIN_TO = 0xcb;
    private static final int RARE_SCRIPTS_FROM = 0xdc;
    private static final int RARE_SCRIPTS_TO = 0xdf;

    /// @param encoding that the text may have been decoded in
    /// @param bytes    of the text in it
    static Evidence of(SingleByteEncoding encoding, String bytes) {
        int points = 0;
        for (int i = 0; i < bytes.length() && points < SUFFICIENT; i++) {
            int length = Utf8Bytes.sequenceLength(bytes.charAt(i));
            if (length >= 2 && i + length <= bytes.length()) {
                points += weigh(encoding, bytes.substring(i, i + length));
                i += length - 1;
            }
        }
        return new Evidence(points);
    }

    boolean suffices() {
        return points >= SUFFICIENT;
    }

    private static int weigh(SingleByteEncoding encoding, String sequence) {
        int first = sequence.charAt(0);
        char seen = encoding.character(first);
        if (!Character.isLetter(seen)) {
            return SUFFICIENT; // a symbol in Mac Roman or IBM 437, at a place where it is not written
        }
        if (sequence.length() > 2) {
            return isLatin(seen) ? SUFFICIENT : 1;
        }
        boolean rareLatin = first >= RARE_LATIN_FROM && first <= RARE_LATIN_TO;
        boolean rareScript = first >= RARE_SCRIPTS_FROM && first <= RARE_SCRIPTS_TO;
        if (rareLatin || rareScript) {
            return 0;
        }
        if (seen == 'Â' || seen == 'Ã') {
            return SUFFICIENT;
        }
        boolean natural = NATURAL_AFTER_LETTERS.indexOf(encoding.character(sequence.charAt(1))) >= 0;
        return isLatin(seen) && !natural ? SUFFICIENT : natural ? 0 : 1;
    }

    private static boolean isLatin(char letter) {
        return Character.UnicodeScript.of(letter) == Character.UnicodeScript.LATIN;
    }
}
