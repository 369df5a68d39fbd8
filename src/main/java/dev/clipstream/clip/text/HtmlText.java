package dev.clipstream.clip.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Unescapes HTML's character references, in the two ways that OpenAI's clean-up does.
final class HtmlText {
    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    private static final Pattern PLAIN_REFERENCE = Pattern.compile("&#?[0-9A-Za-z]{1,24};");

    private HtmlText() {}

    /// Unescapes as a browser and Python's `html.unescape` do: names without a semicolon where HTML allows it, and
    /// the longest name that a text begins with.
    static String unescape(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match.group(1))));
    }

    /// Unescapes as ftfy does in texts without `<`: references with a semicolon, and names in capitals that have no
    /// other meaning (`&EACUTE;`).
    static String unescapePlain(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        return PLAIN_REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(plain(match.group())));
    }

    private static String plain(String reference) {
        String name = reference.substring(1);
        if (name.startsWith("#")) {
            String unescaped = unescape(reference);
            return unescaped.indexOf(';') >= 0 ? reference : unescaped;
        }
        return HtmlEntities.named(name).or(() -> inCapitals(name)).orElse(reference);
    }

    /// Returns the capital of the character that the name in small letters stands for, if the name in capitals has no
    /// meaning of its own.
    private static Optional<String> inCapitals(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        if (!name.equals(small.toUpperCase(Locale.ROOT))
                || !unescape("&" + name).equals("&" + name)) {
            return Optional.empty();
        }
        return HtmlEntities.named(small).map(character -> character.toUpperCase(Locale.ROOT));
    }

    private static String character(String reference) {
        if (reference.startsWith("#")) {
            return NumericReference.of(reference.substring(1));
        }
        Optional<String> whole = HtmlEntities.named(reference);
        if (whole.isPresent()) {
            return whole.get();
        }
        for (int end = reference.length() - 1; end > 1; end--) {
            Optional<String> part = HtmlEntities.named(reference.substring(0, end));
            if (part.isPresent()) {
                return part.get() + reference.substring(end);
            }
        }
        return "&" + reference;
    }

    /// Numeric references, like `65;` or `x41`, as HTML defines them.
    private static final class NumericReference {
        /// Longer numbers are beyond Unicode, whatever their digits.
        private static final int MOST_DIGITS = 9;

        private static final Map<Integer, String> SPECIAL = Map.of(0, "\ufffd", 0x0d, "\r");
        private static final List<Integer> DROPPED = List.of(0x0b, 0x7f);

        private NumericReference() {}

        static String of(String text) {
            boolean hexadecimal = text.charAt(0) == 'x' || text.charAt(0) == 'X';
            String digits = text.substring(hexadecimal ? 1 : 0, text.length() - (text.endsWith(";") ? 1 : 0));
            String significant = digits.replaceFirst("^0+(?=.)", "");
            if (significant.length() > MOST_DIGITS) {
                return "\ufffd";
            }
            return of(Long.parseLong(significant, hexadecimal ? 16 : 10));
        }

        private static String of(long number) {
            if (number >= 0x80 && number <= 0x9f) {
                return String.valueOf(SingleByteEncoding.WINDOWS_1252.character((int) number));
            }
            if (number > Character.MAX_CODE_POINT || (number >= 0xd800 && number <= 0xdfff)) {
                return "\ufffd";
            }
            int codePoint = (int) number;
            String special = SPECIAL.get(codePoint);
            if (special != null) {
                return special;
            }
            boolean dropped = DROPPED.contains(codePoint)
                    || (codePoint >= 0x01 && codePoint <= 0x08)
                    || (codePoint >= 0x0e && codePoint <= 0x1f)
                    || (codePoint >= 0xfdd0 && codePoint <= 0xfdef)
                    || (codePoint & 0xfffe) == 0xfffe;
            return dropped ? "" : Character.toString(codePoint);
        }
    }
}
