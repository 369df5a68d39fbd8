package dev.clipstream.search.http;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.label.LabelNames;
import dev.clipstream.search.Page;
import dev.clipstream.search.QueryPart;
import dev.clipstream.search.QueryPart.Image;
import dev.clipstream.search.QueryPart.Input;
import dev.clipstream.search.QueryPart.Medium;
import dev.clipstream.search.QueryPart.Text;
import dev.clipstream.search.QueryPart.Vector;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchQuery;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale.LanguageRange;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads queries from URL parameters and JSON, which use the same names. Messages name the invalid field.
final class QueryReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /// In characters, more than ten times what any model reads.
    private static final int MAX_TEXT_LENGTH = 4096;

    /// With CLIP, such a cosine means the same image in another size or compression, rarely two different images.
    private static final double DEFAULT_DUPLICATE_COSINE = 0.97;

    private static final double MIN_DUPLICATE_COSINE = 0.8;
    private static final int DEFAULT_EXAMINED = 500;
    private static final int MAX_EXAMINED = 5000;
    private static final int MAX_CONDITIONS = 100;
    private static final int MAX_LANGUAGES = 200;
    private static final int MAX_VECTOR_LENGTH = 65_536;

    private final int maxResults;

    /// @param maxResults the largest number of results per query, at least 1
    QueryReader(int maxResults) {
        this.maxResults = maxResults;
    }

    /// Reads a query by text, with its filter and page.
    SearchQuery byText(ParameterFields fields) {
        String text = fields.text("text");
        if (text == null) {
            throw fields.wrong("text", "a description to search for", RequestFields.NOTHING);
        }
        return query(List.of(new QueryPart(text(fields, "text", text), 1)), fields);
    }

    /// Reads a query by a stored medium.
    SearchQuery similarTo(String mediaId, ParameterFields fields) {
        return query(List.of(new QueryPart(new Medium(mediaId), 1)), fields);
    }

    private SearchQuery query(List<QueryPart> parts, ParameterFields fields) {
        SearchQuery query = new SearchQuery(parts, filter(fields), page(fields));
        fields.requireAllRead();
        return query;
    }

    /// Reads the order of a listing: `newest`, the default, or `oldest` first.
    boolean isOldestFirst(ParameterFields fields) {
        String order = fields.text("order");
        if (order != null && !order.equals("newest") && !order.equals("oldest")) {
            throw fields.wrong("order", "newest or oldest", "'" + order + "'");
        }
        return "oldest".equals(order);
    }

    /// Reads the languages in which tags are named, as in the header `Accept-Language`; empty: that of the label set.
    static List<LanguageRange> languages(RequestFields fields) {
        String given = text(fields.text("language"));
        if (given == null) {
            return List.of();
        }
        if (given.length() <= MAX_LANGUAGES) {
            try {
                return LabelNames.languages(given);
            } catch (IllegalArgumentException malformed) {
                // reported below, like one that is too long
            }
        }
        throw fields.wrong("language", "a BCP 47 language tag such as zh, or several by preference", "'" + given + "'");
    }

    /// Reads a filter and a page, without a query.
    ///
    /// @param defaultK the default number of results
    Listing listing(ParameterFields fields, int defaultK) {
        Listing listing = new Listing(
                filter(fields),
                new Page(
                        fields.whole("offset", 0, 0, Page.MAX_END),
                        fields.whole("k", Math.min(defaultK, maxResults), 1, maxResults),
                        0,
                        -1));
        fields.requireAllRead();
        return listing;
    }

    /// A filter and a page.
    record Listing(MediaFilter filter, Page page) {}

    /// Reads a search for near-duplicates.
    DuplicateQuery duplicates(ParameterFields fields) {
        DuplicateQuery query = new DuplicateQuery(
                filter(fields),
                fields.number("cosine", DEFAULT_DUPLICATE_COSINE, MIN_DUPLICATE_COSINE, 1),
                fields.whole("examine", DEFAULT_EXAMINED, 1, MAX_EXAMINED),
                fields.whole("offset", 0, 0, Page.MAX_END),
                fields.whole("k", Math.min(Page.DEFAULT_K, maxResults), 1, maxResults));
        fields.requireAllRead();
        return query;
    }

    /// A search for near-duplicates, with the page of groups to return.
    ///
    /// @param examine the number of media whose neighbours are searched
    record DuplicateQuery(MediaFilter filter, double cosine, int examine, int offset, int k) {}

    /// Reads a query in JSON.
    ///
    /// @param fields the members of the body, see [#object]
    SearchQuery json(JsonFields fields) {
        JsonNode query = fields.member("query");
        if (query == null || !query.isArray()) {
            throw fields.wrong(
                    "query",
                    "an array of parts such as {\"text\": \"a red car\"}",
                    query == null ? RequestFields.NOTHING : JsonFields.kind(query));
        }
        if (query.size() > SearchQuery.MAX_PARTS) {
            throw fields.wrong("query", "at most " + SearchQuery.MAX_PARTS + " parts", "" + query.size());
        }
        List<QueryPart> parts = new ArrayList<>();
        for (JsonNode part : query) {
            parts.add(part(new JsonFields("query[" + parts.size() + "]", part)));
        }
        JsonNode filter = fields.member("filter");
        MediaFilter mediaFilter = MediaFilter.ALL;
        if (filter != null) {
            JsonFields members = new JsonFields("filter", filter);
            mediaFilter = filter(members);
            members.requireAllRead();
        }
        SearchQuery read = new SearchQuery(parts, mediaFilter, page(fields));
        fields.requireAllRead();
        return read;
    }

    /// Parses a JSON object.
    static JsonFields object(byte[] body) {
        return new JsonFields("", tree(body));
    }

    private static JsonNode tree(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw SearchException.badQuery(
                    "JSON",
                    e.getOriginalMessage()
                            + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"),
                    "correct the JSON");
        }
    }

    private static QueryPart part(JsonFields part) {
        List<Input> found = new ArrayList<>();
        String text = part.text("text");
        if (text != null) {
            found.add(text(part, "text", text));
        }
        String mediaId = part.text("mediaId");
        if (mediaId != null) {
            found.add(new Medium(mediaId));
        }
        String image = part.text("image");
        if (image != null) {
            found.add(image(part, image));
        }
        JsonNode vector = part.member("vector");
        if (vector != null) {
            found.add(vector(part, vector));
        }
        double weight = part.number("weight", 1, -QueryPart.MAX_WEIGHT, QueryPart.MAX_WEIGHT);
        part.requireAllRead();
        if (found.size() != 1) {
            throw SearchException.badQuery(
                    "one of text, mediaId, image and vector in " + part.path(),
                    "" + found.size(),
                    "use a separate part for each");
        }
        return new QueryPart(found.getFirst(), weight);
    }

    private static Input text(RequestFields fields, String name, String text) {
        return new Text(limited(fields, name, text));
    }

    /// Checks that a text is not blank and not too long.
    static String limited(RequestFields fields, String name, String text) {
        if (text.isBlank() || text.length() > MAX_TEXT_LENGTH) {
            throw fields.wrong(
                    name,
                    "a text of 1 to " + MAX_TEXT_LENGTH + " characters",
                    text.isBlank() ? "a blank text" : text.length() + " characters");
        }
        return text;
    }

    /// Decodes an image in base64.
    static Input image(JsonFields part, String base64) {
        return new Image(ByteBuffer.wrap(bytes(part, base64)));
    }

    /// Decodes the bytes of an image in base64.
    static byte[] bytes(JsonFields part, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw part.wrong("image", "the bytes of an image in base64", String.valueOf(e.getMessage()));
        }
    }

    private static Input vector(JsonFields part, JsonNode values) {
        if (!values.isArray() || values.size() > MAX_VECTOR_LENGTH) {
            throw part.wrong(
                    "vector", "an array of as many numbers as the model has dimensions", JsonFields.kind(values));
        }
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!values.get(i).isNumber()) {
                throw part.wrong("vector[" + i + "]", "a number", JsonFields.kind(values.get(i)));
            }
            vector[i] = (float) values.get(i).doubleValue(); // too large values become infinite and are refused below
        }
        try {
            return new Vector(Embedding.normalize(vector));
        } catch (IllegalArgumentException e) {
            throw part.wrong(
                    "vector", "finite numbers that are not all 0", vector.length + " values that have no direction");
        }
    }

    private static MediaFilter filter(RequestFields fields) {
        return new MediaFilter(
                limited(fields, "tags", fields.texts("tags")),
                limited(fields, "anyTags", fields.texts("anyTags")),
                limited(fields, "noTags", fields.texts("noTags")),
                fields.number("minProbability", 0, 0, 1),
                fields.time("uploadedFrom"),
                fields.time("uploadedBefore"),
                attributes(fields),
                text(fields.text("labelSet")));
    }

    private static Map<String, String> attributes(RequestFields fields) {
        Map<String, String> pairs = fields.pairs("attributes");
        limited(fields, "attributes", pairs.keySet());
        return pairs;
    }

    /// Limits the number of conditions: each is at least one term of the query to the index.
    private static Set<String> limited(RequestFields fields, String name, Set<String> given) {
        if (given.size() > MAX_CONDITIONS) {
            throw fields.wrong(name, "at most " + MAX_CONDITIONS, "" + given.size());
        }
        return given;
    }

    private static @Nullable String text(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private Page page(RequestFields fields) {
        return new Page(
                fields.whole("offset", 0, 0, Page.MAX_END),
                fields.whole("k", Math.min(Page.DEFAULT_K, maxResults), 1, maxResults),
                fields.whole("efRuntime", 0, 0, Page.MAX_EFFORT),
                fields.number("minCosine", -1, -1, 1));
    }
}
