package dev.clipstream.train.data;

import java.text.Normalizer;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A caption as its words; of Chinese, which has no blanks between words, each character is one. Marks alone are
/// none.
///
/// @param caption as it stands
/// @param words   where each of them is in it
record CaptionWords(String caption, List<MatchResult> words) {
    private static final String IDEOGRAPH = "\\p{IsIdeographic}";

    /// What stands between words: blanks of any kind, and marks that list things, as in "black/white", but not in
    /// "1/2".
    private static final String BETWEEN = "\\p{javaWhitespace}\\p{Z},;|/";

    private static final Pattern WORD =
            Pattern.compile(IDEOGRAPH + "|(?:[^" + BETWEEN + IDEOGRAPH + "]|(?<=\\d)[,/](?=\\d))+");

    /// A word has a letter, a digit or a pictograph; others are marks.
    private static final Pattern SPOKEN = Pattern.compile("[\\p{L}\\p{N}\\p{So}]");

    /// What is not compared: hyphens, accents, joiners, but not a decimal point, nor what tells C++ from C#.
    private static final Pattern MARKS =
            Pattern.compile("(?<!\\d)[.,/]|[.,/](?!\\d)" + "|[\\p{P}\\p{Sm}\\p{Sc}\\p{Sk}\\p{Mn}\\p{Cf}&&[^+#%.,/]]");

    private static final Pattern LETTERS = Pattern.compile("\\p{L}+");
    private static final Pattern PLURAL = Pattern.compile(".{2,}[^su]s");

    private static final Pattern HISSING = Pattern.compile(".*(ch|sh|x|ss|zz)");

    /// Where the plural may have a syllable more: watches, boxes, dresses, potatoes.
    private static final Pattern SYLLABLE = Pattern.compile(".*(ch|sh|x|s|z|o)e");

    /// What means something else without its s, or nothing.
    private static final Set<String> NO_PLURAL =
            Set.of("shorts", "flats", "glasses", "clothes", "goods", "news", "briefs", "boxers", "trunks", "tights");

    /// @param caption not blank
    static CaptionWords of(String caption) {
        return new CaptionWords(
                caption,
                WORD.matcher(caption)
                        .results()
                        .filter(word -> SPOKEN.matcher(word.group()).find())
                        .toList());
    }

    int size() {
        return words.size();
    }

    String word(int place) {
        return words.get(place).group();
    }

    boolean isIdeograph(int place) {
        return Character.isIdeographic(word(place).codePointAt(0));
    }

    /// Some words that follow each other, as they stand.
    ///
    /// @param from place of the first
    /// @param to   place after the last
    String between(int from, int to) {
        return caption.substring(words.get(from).start(), words.get(to - 1).end());
    }

    /// What is compared of them, in their order.
    List<String> stems() {
        return words.stream().map(word -> stem(word.group())).toList();
    }

    /// Whether all of some words are in a text in their order, maybe with others between them: "black shoes" in
    /// "Acme black casual shoes". Of "a dog left of a cat" the turned one is not true.
    ///
    /// @param some stems
    /// @param text stems
    static boolean holds(List<String> text, List<String> some) {
        Iterator<String> wanted = some.iterator();
        if (!wanted.hasNext()) {
            return true;
        }
        String next = wanted.next();
        for (String word : text) {
            if (word.equals(next)) {
                if (!wanted.hasNext()) {
                    return true;
                }
                next = wanted.next();
            }
        }
        return false;
    }

    /// In small letters, without hyphens, accents and other marks, and in the singular, so that those that differ
    /// only in number or in how they are written are one, as "Shirts" and "shirt", or "T-Shirt" and "tshirt": who
    /// writes one of them does not say that the other is wrong. Made for English; right for most of its words.
    static String stem(String word) {
        String small = word.toLowerCase(Locale.ROOT);
        String plain =
                MARKS.matcher(Normalizer.normalize(small, Normalizer.Form.NFD)).replaceAll("");
        if (plain.isEmpty()) {
            return small;
        }
        if (NO_PLURAL.contains(plain)) {
            return plain;
        }
        String one = PLURAL.matcher(plain).matches() ? withoutLast(plain) : plain;
        if (one.length() > 3 && one.endsWith("ie")) { // accessories, hoodie
            return withoutLast(withoutLast(one)) + "y";
        }
        return SYLLABLE.matcher(one).matches() ? withoutLast(one) : one;
    }

    private static String withoutLast(String word) {
        return word.substring(0, word.length() - 1);
    }

    /// Texts in small letters, each word in the singular, so that a tokenizer made of them knows the singular and
    /// reads a plural as that and an ending, whichever of the two they have.
    static List<String> singulars(List<String> texts) {
        List<String> small =
                texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
        Set<String> words = small.stream()
                .flatMap(text -> LETTERS.matcher(text).results())
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        return small.stream()
                .map(text -> LETTERS.matcher(text).replaceAll(word -> singular(word.group(), words)))
                .toList();
    }

    private static String singular(String word, Set<String> words) {
        if (word.length() <= 3
                || NO_PLURAL.contains(word)
                || !PLURAL.matcher(word).matches()) {
            return word;
        }
        String one = withoutLast(word);
        String less = withoutLast(one);
        if (words.contains(one)) {
            return one; // shoe
        }
        if (word.endsWith("es")
                && (words.contains(less) || HISSING.matcher(less).matches())) {
            return less; // watch
        }
        return word.endsWith("ies") ? word : one;
    }
}
