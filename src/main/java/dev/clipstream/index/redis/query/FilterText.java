package dev.clipstream.index.redis.query;

import dev.clipstream.index.MediaFilter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A filter as a query text of the query engine, in dialect 2, for clients that cannot send parameters.
public final class FilterText {
    private static final Pattern PARAMETER = Pattern.compile("\\$w(\\d+)");
    private static final Pattern PUNCTUATION = Pattern.compile("[^A-Za-z0-9_]");

    private FilterText() {}

    /// The text, such as `@filter_tags:{cat\:5}`; `*` if it keeps everything.
    public static String of(MediaFilter filter) {
        FilterQuery query = FilterQuery.of(filter);
        return PARAMETER
                .matcher(query.text())
                .replaceAll(found -> Matcher.quoteReplacement(
                        escaped(query.parameters().get(2 * Integer.parseInt(found.group(1)) + 1))));
    }

    private static String escaped(String word) {
        return PUNCTUATION.matcher(word).replaceAll("\\\\$0");
    }
}
