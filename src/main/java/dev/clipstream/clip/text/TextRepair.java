package dev.clipstream.clip.text;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Repairs damaged texts, as ftfy 6 does by default.
///
/// Line by line, until nothing changes: HTML references (in texts without `<`), mojibake, control characters,
/// ligatures, full- and half-width forms, curly quotes, line breaks, unpaired surrogates, terminal escapes; then NFC.
final class TextRepair {
    private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001b\\[[\\p{Nd};]*[a-zA-Z]");
    private static final Pattern CONTROL =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]");
    private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\r\u2028\u2029\u0085]");
    private static final Pattern SINGLE_QUOTE = Pattern.compile("[\u02bc\u2018-\u201b]");
    private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\u201c-\u201f]");

    private static final Map<Character, String> PLAIN = plainForms();
    private static final Pattern FANCY = Pattern.compile("[ŉĲĳǄ-ǌǱ-ǳ\ufb00-\ufb06\u3000\uff01-\uffef]");

    private TextRepair() {}

    /// Returns the repaired text.
    static String repair(String text) {
        StringBuilder repaired = new StringBuilder(text.length());
        boolean unescaping = true;
        int from = 0;
        while (from < text.length()) {
            int lineBreak = text.indexOf('\n', from);
            int to = lineBreak < 0 ? text.length() : lineBreak + 1;
            String line = text.substring(from, to);
            // references after the first markup belong to the markup
            unescaping &= line.indexOf('<') < 0;
            repaired.append(repairLine(line, unescaping));
            from = to;
        }
        return repaired.toString();
    }

    private static String repairLine(String line, boolean unescaping) {
        String repaired = line;
        for (String next = pass(repaired, unescaping); !next.equals(repaired); next = pass(repaired, unescaping)) {
            repaired = next;
        }
        return repaired;
    }

    private static String pass(String line, boolean unescaping) {
        String text = unescaping ? HtmlText.unescapePlain(line) : line;
        text = Mojibake.withoutC1(Mojibake.repair(text));
        text = FANCY.matcher(text).replaceAll(TextRepair::plain);
        text = SINGLE_QUOTE.matcher(DOUBLE_QUOTE.matcher(text).replaceAll("\"")).replaceAll("'");
        text = LINE_BREAK.matcher(text).replaceAll("\n");
        text = WellFormed.of(text);
        text = TERMINAL_ESCAPE.matcher(text).replaceAll("");
        text = CONTROL.matcher(text).replaceAll("");
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static String plain(MatchResult match) {
        String form = PLAIN.get(match.group().charAt(0));
        return Matcher.quoteReplacement(form == null ? match.group() : form);
    }

    /// Separates Latin ligatures and digraphs, except for letters like æ, and replaces full- and half-width forms by
    /// usual ones.
    private static Map<Character, String> plainForms() {
        Map<Character, String> plain = new HashMap<>();
        for (char wide = '\uff01'; wide < '\ufff0'; wide++) {
            String usual = Normalizer.normalize(String.valueOf(wide), Normalizer.Form.NFKC);
            if (!usual.equals(String.valueOf(wide))) {
                plain.put(wide, usual);
            }
        }
        plain.put('\u3000', " ");
        String ligatures = "Ĳ IJ ĳ ij ŉ ʼn Ǳ DZ ǲ Dz ǳ dz Ǆ DŽ ǅ Dž ǆ dž Ǉ LJ ǈ Lj ǉ lj Ǌ NJ ǋ Nj ǌ nj"
                + " \ufb00 ff \ufb01 fi \ufb02 fl \ufb03 ffi \ufb04 ffl \ufb05 ſt \ufb06 st ";
        Matcher pairs = Pattern.compile("(\\S) (\\S+) ").matcher(ligatures);
        while (pairs.find()) {
            plain.put(pairs.group(1).charAt(0), pairs.group(2));
        }
        return Map.copyOf(plain);
    }
}
