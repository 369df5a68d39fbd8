package dev.clipstream.train.data;

import java.text.Normalizer;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A caption as its words; of Chinese, which has no blanks between words, each character is one.
///
/// @param caption as it stands
/// @param words   where each of them is in it
record CaptionWords(String caption, List<MatchResult> words) {
    private static final String IDEOGRAPH = "\\p{IsIdeographic}";
    private static final Pattern WORD = Pattern.compile(IDEOGRAPH + "|[^\\s\\p{Z}" + IDEOGRAPH + "]+");

    private static final Pattern MARKS = Pattern.compile("[\\p{P}\\p{S}\\p{Mn}]+");
    private static final Pattern LETTERS = Pattern.compile("\\p{L}+");

    /// Where the plural has a syllable more: watches, boxes, dresses.
    private static final Pattern HISSING = Pattern.compile(".*(ch|sh|x|ss|zz)es");

    private static final Pattern PLURAL = Pattern.compile(".+[^su]s");

    /// What means something else without its s, or nothing.
    private static final Set<String> NO_PLURAL = Set.of("shorts", "flats", "glasses", "clothes", "goods");

    /// @param caption not blank
    static CaptionWords of(String caption) {
        return new CaptionWords(caption, WORD.matcher(caption).results().toList());
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
    /// writes one of them does not say that the other is wrong. Right for most English words; those that it gets
    /// wrong stay two.
    static String stem(String word) {
        String small = word.toLowerCase(Locale.ROOT);
        String plain =
                MARKS.matcher(Normalizer.normalize(small, Normalizer.Form.NFD)).replaceAll("");
        if (plain.isEmpty()) {
            return small; // "&"
        }
        if (NO_PLURAL.contains(plain)) {
            return plain;
        }
        if (HISSING.matcher(plain).matches()) {
            return plain.substring(0, plain.length() - 2);
        }
        if (plain.endsWith("ies") && plain.length() > 4) {
            return plain.substring(0, plain.length() - 3) + "y";
        }
        return plain.length() > 3 && PLURAL.matcher(plain).matches() ? plain.substring(0, plain.length() - 1) : plain;
    }

    /// Texts in small letters, each word in the singular if that is a word of these texts as well.
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
        return Stream.of("s", "es")
                .filter(word::endsWith)
                .map(ending -> word.substring(0, word.length() - ending.length()))
                .filter(rest -> rest.length() > 2 && words.contains(rest))
                .findFirst()
                .orElse(word);
    }
}
