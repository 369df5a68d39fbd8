package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.rules.FilterTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes filters as expressions over the attributes of a vector set.
///
/// The attributes of a medium are
/// `{"u":1772366400000,"a":["album=summer"],"t":["cat","cat:1",…,"cat:9","=moderation"],"s":"everyday"}`: the time of
/// the upload in milliseconds, its attributes, tags and label sets, encoded by [FilterTokens]. `s` is the primary label
/// set; the others are elements of `t`, so that media of earlier versions have all attributes, too: an expression over
/// a missing attribute is false as a whole, even behind `not`. Expressions compare whole elements only, so a tag is
/// there once for each tenth of probability that it reaches. [MediaFilter#matches] decides between two tenths, on what
/// was found.
final class FilterExpression {
    private static final int TENTH = 100;

    private FilterExpression() {}

    /// Returns the attributes that come with the vector, without braces.
    static String attributes(MediaDetails details) {
        return "\"u\":" + details.uploadedAt().toEpochMilli() + ",\"a\":"
                + array(details.attributes().entrySet().stream().map(FilterTokens::attribute));
    }

    /// Returns the attributes that come with tags, without braces.
    static String attributes(TagSet tags) {
        Stream<String> labels = tags.tags().stream()
                .flatMap(tag -> IntStream.rangeClosed(0, tag.thousandths() / TENTH)
                        .mapToObj(tenth -> element(tag.labelId(), tenth)))
                .distinct();
        Stream<String> otherSets = tags.labelSets().keySet().stream()
                .filter(name -> !name.equals(tags.labelSet()))
                .map(FilterExpression::otherSet);
        return "\"t\":" + array(Stream.concat(labels, otherSets)) + ",\"s\":\"" + FilterTokens.encode(tags.labelSet())
                + "\"";
    }

    private static String array(Stream<String> elements) {
        return elements.collect(Collectors.joining("\",\"", "[\"", "\"]")).replace("[\"\"]", "[]");
    }

    /// Returns the element of a label set besides the primary one. It differs from every label, whose `=` is encoded.
    private static String otherSet(String name) {
        return "=" + FilterTokens.encode(name);
    }

    private static String element(String labelId, int tenths) {
        return tenths == 0 ? FilterTokens.encode(labelId) : FilterTokens.encode(labelId) + ":" + tenths;
    }

    /// Returns the expression of a filter, or null for a filter that matches every medium. It finds all media that
    /// match, and no others if [#isExact].
    static @Nullable String expression(MediaFilter filter) {
        List<String> terms = new ArrayList<>();
        int least = filter.minThousandths() / TENTH;
        int most = Math.ceilDiv(filter.minThousandths(), TENTH);
        filter.allTags().forEach(label -> terms.add(has("t", element(label, least))));
        if (!filter.anyTags().isEmpty()) {
            terms.add(filter.anyTags().stream()
                    .map(label -> has("t", element(label, least)))
                    .collect(Collectors.joining(" or ", "(", ")")));
        }
        filter.noTags().forEach(label -> terms.add("not (" + has("t", element(label, most)) + ")"));
        if (filter.uploadedFrom() != null) {
            terms.add(".u >= " + filter.uploadedFrom().toEpochMilli());
        }
        if (filter.uploadedBefore() != null) {
            terms.add(".u < " + filter.uploadedBefore().toEpochMilli());
        }
        for (Map.Entry<String, String> attribute : filter.attributes().entrySet()) {
            terms.add(has("a", FilterTokens.attribute(attribute)));
        }
        if (filter.labelSet() != null) {
            terms.add("(.s == \"" + FilterTokens.encode(filter.labelSet()) + "\" or "
                    + has("t", otherSet(filter.labelSet())) + ")");
        }
        BinaryOperator<String> and = (left, right) -> left + " and " + right;
        return terms.stream().reduce(and).orElse(null);
    }

    /// Returns whether the expression of a filter finds only media that match.
    static boolean isExact(MediaFilter filter) {
        boolean ofTags = !filter.allTags().isEmpty()
                || !filter.anyTags().isEmpty()
                || !filter.noTags().isEmpty();
        return !ofTags || filter.minThousandths() % TENTH == 0;
    }

    private static String has(String attribute, String element) {
        return "\"" + element + "\" in ." + attribute;
    }

    /// Returns the label ids of tags, as the write script counts them.
    static List<String> labels(TagSet tags) {
        return tags.tags().stream().map(IndexedTag::labelId).distinct().toList();
    }
}
