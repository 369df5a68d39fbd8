package dev.clipstream.train.data;

import java.text.Normalizer;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A caption split into words. Each Chinese character is a word, because Chinese does not separate words.
/// Punctuation alone is not a word.
///
/// @param caption the original text
/// @param words   the words' positions in it
record CaptionWords(String caption, List<MatchResult> words) {
    private static final String IDEOGRAPH = "\\p{IsIdeographic}";

    /// Separators: any white space, and list separators as in "black/white", but not in "1/2".
    private static final String BETWEEN = "\\p{javaWhitespace}\\p{Z},;|/";

    private static final Pattern WORD =
            Pattern.compile(IDEOGRAPH + "|(?:[^" + BETWEEN + IDEOGRAPH + "]|(?<=\\d)[,/](?=\\d))+");

    /// A word contains a letter, a digit or a pictograph; anything else is punctuation.
    private static final Pattern SPOKEN = Pattern.compile("[\\p{L}\\p{N}\\p{So}]");

    /// Characters that comparisons ignore: hyphens, accents and joiners, but not a decimal point, nor what
    /// distinguishes C++ from C#.
    private static final Pattern MARKS =
            Pattern.compile("(?<!\\d)[.,/]|[.,/](?!\\d)" + "|[\\p{P}\\p{Sm}\\p{Sc}\\p{Sk}\\p{Mn}\\p{Cf}&&[^+#%.,/]]");

    private static final Pattern LETTERS = Pattern.compile("\\p{L}+");
    private static final Pattern PLURAL = Pattern.compile(".{2,}[^su]s");

    private static final Pattern HISSING = Pattern.compile(".*(ch|sh|x|ss|zz)");

    /// Singulars whose plural adds a syllable: watches, boxes, dresses, potatoes.
    private static final Pattern SYLLABLE = Pattern.compile(".*(ch|sh|x|s|z|o)e");

    /// Words that mean something else, or nothing, without their s.
    private static final Set<String> NO_PLURAL =
            Set.of("shorts", "flats", "glasses", "clothes", "goods", "news", "briefs", "boxers", "trunks", "tights");

    /// Splits a caption.
    ///
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

    /// Returns consecutive words as they are in the caption.
    ///
    /// @param from index of the first word
    /// @param to   index after the last word
    String between(int from, int to) {
        return caption.substring(words.get(from).start(), words.get(to - 1).end());
    }

    /// Returns the words' stems in order.
    List<String> stems() {
        return words.stream().map(word -> stem(word.group())).toList();
    }

    /// Returns whether a text contains all of some words in order, possibly with others in between: "black shoes" in
    /// "Acme black casual shoes". Order matters: "a cat left of a dog" does not follow from "a dog left of a cat".
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

    /// Returns a word in lower case and singular, without hyphens, accents and other marks, so that "Shirts" and
    /// "shirt", or "T-Shirt" and "tshirt", are equal. A caption with one form does not contradict the other. The
    /// rules are for English and are right for most words.
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

    /// Returns texts in lower case with each word in the singular. A tokenizer built from them knows the singular
    /// and reads a plural as the singular and a suffix.
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
