package dev.clipstream.train.data;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The words of captions. Two count as one where they differ in number or in how they are written, as "Shirts" and
/// "shirt" or "T-Shirt" and "tshirt" do in titles: who writes one of them does not say that the other is wrong.
final class CaptionWords {
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern MARKS = Pattern.compile("[\\p{P}\\p{S}]+");

    /// Where the plural has a syllable more: watches, boxes, dresses.
    private static final Pattern HISSING = Pattern.compile(".*(ch|sh|x|ss|zz)es");

    private static final Pattern PLURAL = Pattern.compile(".+[^su]s");

    private static final Pattern LETTERS = Pattern.compile("\\p{L}+");

    private CaptionWords() {}

    /// As they stand; text without spaces is one word.
    static List<String> of(String caption) {
        return SPACE.splitAsStream(caption.strip()).toList();
    }

    /// What is compared of them.
    static Set<String> stems(String caption) {
        return SPACE.splitAsStream(caption.strip()).map(CaptionWords::stem).collect(Collectors.toUnmodifiableSet());
    }

    /// In small letters, without hyphens and other marks, and in the singular: right for most English words, and for
    /// those it gets wrong the same for both forms, mostly.
    static String stem(String word) {
        String small = word.toLowerCase(Locale.ROOT);
        String plain = MARKS.matcher(small).replaceAll("");
        if (plain.isEmpty()) {
            return small; // "&"
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
