package dev.clipstream.index.redis.query;

import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.rules.FilterTokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A filter as a query in dialect 2, which finds exactly the media that match.
///
/// Words are parameters of the query, not part of its text, so nothing needs escaping.
///
/// Tags have no ranges, so "at least 0.714" is a union of few words. A medium with the tag `cat` at 0.931 has the
/// words `cat`, `cat:1` to `cat:9` (the tenths that it reaches), `cat:0.93` and `cat:0.931`. The words for at least
/// 0.714 are `cat:8`, `cat:0.72` to `cat:0.79`, and `cat:0.714` to `cat:0.719`.
///
/// @param text       the query; `*` matches everything
/// @param parameters names and values alternating
record FilterQuery(String text, List<String> parameters) {
    private static final String ALL = "*";
    private static final int TENTH = 100;
    private static final int HUNDREDTH = 10;
    private static final int ONE = 1000;

    /// Returns the words of the tags of a medium.
    static List<String> words(TagSet tags) {
        return tags.tags().stream().flatMap(FilterQuery::words).distinct().toList();
    }

    private static Stream<String> words(IndexedTag tag) {
        String label = FilterTokens.encode(tag.labelId());
        List<String> words = new ArrayList<>();
        words.add(label);
        for (int tenth = 1; tenth <= tag.thousandths() / TENTH; tenth++) {
            words.add(label + ":" + tenth);
        }
        words.add(hundredth(label, tag.thousandths() / HUNDREDTH));
        words.add(thousandth(label, tag.thousandths()));
        return words.stream();
    }

    /// Returns words of which a medium has at least one if and only if it has the tag with at least this
    /// probability.
    private static Stream<String> atLeast(String labelId, int thousandths) {
        String label = FilterTokens.encode(labelId);
        if (thousandths == 0) {
            return Stream.of(label);
        }
        List<String> words = new ArrayList<>();
        int tenth = Math.ceilDiv(thousandths, TENTH);
        words.add(label + ":" + tenth);
        int hundredth = Math.ceilDiv(thousandths, HUNDREDTH);
        for (int exact = hundredth; exact < tenth * TENTH / HUNDREDTH; exact++) {
            words.add(hundredth(label, exact));
        }
        for (int exact = thousandths; exact < hundredth * HUNDREDTH; exact++) {
            words.add(thousandth(label, exact));
        }
        return words.stream();
    }

    private static String hundredth(String label, int hundredths) {
        return String.format(Locale.ROOT, "%s:%d.%02d", label, hundredths / TENTH, hundredths % TENTH);
    }

    private static String thousandth(String label, int thousandths) {
        return String.format(Locale.ROOT, "%s:%d.%03d", label, thousandths / ONE, thousandths % ONE);
    }

    /// Returns the query of a filter.
    static FilterQuery of(MediaFilter filter) {
        if (filter.matchesAll()) {
            return new FilterQuery(ALL, List.of());
        }
        List<String> terms = new ArrayList<>();
        List<String> parameters = new ArrayList<>();
        int least = filter.minThousandths();
        filter.allTags()
                .forEach(label ->
                        terms.add(anyOf(Definition.TAGS, atLeast(label, least).toList(), parameters)));
        if (!filter.anyTags().isEmpty()) {
            terms.add(anyOf(Definition.TAGS, wordsOf(filter.anyTags(), least), parameters));
        }
        if (!filter.noTags().isEmpty()) {
            terms.add("-" + anyOf(Definition.TAGS, wordsOf(filter.noTags(), least), parameters));
        }
        for (Map.Entry<String, String> attribute : filter.attributes().entrySet()) {
            terms.add(anyOf(Definition.ATTRIBUTES, List.of(FilterTokens.attribute(attribute)), parameters));
        }
        if (filter.labelSet() != null) {
            terms.add(anyOf(Definition.LABEL_SET, List.of(FilterTokens.encode(filter.labelSet())), parameters));
        }
        if (filter.uploadedFrom() != null || filter.uploadedBefore() != null) {
            String from = filter.uploadedFrom() == null
                    ? "-inf"
                    : Long.toString(filter.uploadedFrom().toEpochMilli());
            String to = filter.uploadedBefore() == null
                    ? "+inf"
                    : Long.toString(filter.uploadedBefore().toEpochMilli() - 1);
            terms.add("@" + Definition.UPLOADED + ":[" + from + " " + to + "]");
        }
        return new FilterQuery(String.join(" ", terms), List.copyOf(parameters));
    }

    private static List<String> wordsOf(Collection<String> labels, int least) {
        return labels.stream().flatMap(label -> atLeast(label, least)).toList();
    }

    private static String anyOf(String field, List<String> words, List<String> parameters) {
        return words.stream()
                .map(word -> {
                    String name = "w" + parameters.size() / 2;
                    parameters.add(name);
                    parameters.add(word);
                    return "$" + name;
                })
                .collect(Collectors.joining("|", "@" + field + ":{", "}"));
    }

    /// Returns the query of a search for nearest vectors among the media that match.
    String before(String knn) {
        return text.equals(ALL) ? ALL + "=>[" + knn + "]" : "(" + text + ")=>[" + knn + "]";
    }
}
