package dev.clipstream.search.http;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.search.Page;
import dev.clipstream.search.QueryPart;
import dev.clipstream.search.QueryPart.Likeness;
import dev.clipstream.search.QueryPart.Medium;
import dev.clipstream.search.QueryPart.Picture;
import dev.clipstream.search.QueryPart.Text;
import dev.clipstream.search.QueryPart.Vector;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchQuery;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads questions out of URLs and JSON; tells what is wrong with one by its name. Both have the same names.
final class QueryReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /// Characters; no model reads a tenth of it.
    private static final int LONGEST_TEXT = 4096;

    /// Of CLIP's vectors: the same picture in another size or compression, seldom two pictures.
    private static final double USUAL_COPY = 0.97;

    private static final double LEAST_COPY = 0.8;
    private static final int USUALLY_EXAMINED = 500;
    private static final int MOST_EXAMINED = 5000;
    private static final int MOST_CONDITIONS = 100;
    private static final int LONGEST_VECTOR = 65_536;

    private final int mostResults;

    /// @param mostResults of one question, at least 1
    QueryReader(int mostResults) {
        this.mostResults = mostResults;
    }

    /// A text with its filter and page.
    SearchQuery byText(ParameterFields fields) {
        String text = fields.text("text");
        if (text == null) {
            throw fields.wrong("text", "what to look for", "nothing");
        }
        return query(List.of(new QueryPart(text(fields, "text", text), 1)), fields);
    }

    /// Media like another.
    SearchQuery like(String mediaId, ParameterFields fields) {
        return query(List.of(new QueryPart(new Medium(mediaId), 1)), fields);
    }

    private SearchQuery query(List<QueryPart> parts, ParameterFields fields) {
        SearchQuery query = new SearchQuery(parts, filter(fields), page(fields));
        fields.requireAllRead();
        return query;
    }

    /// A question without anything to be like.
    ///
    /// @param usualK results when nobody says how many
    Listing listing(ParameterFields fields, int usualK) {
        Listing listing = new Listing(
                filter(fields),
                new Page(
                        fields.whole("offset", 0, 0, Page.LAST),
                        fields.whole("k", Math.min(usualK, mostResults), 1, mostResults),
                        0,
                        -1));
        fields.requireAllRead();
        return listing;
    }

    /// Which media, and which of them.
    record Listing(MediaFilter filter, Page page) {}

    /// A question for near-copies.
    Copies copies(ParameterFields fields) {
        Copies copies = new Copies(
                filter(fields),
                fields.number("cosine", USUAL_COPY, LEAST_COPY, 1),
                fields.whole("examine", USUALLY_EXAMINED, 1, MOST_EXAMINED),
                fields.whole("offset", 0, 0, Page.LAST),
                fields.whole("k", Math.min(Page.USUAL_K, mostResults), 1, mostResults));
        fields.requireAllRead();
        return copies;
    }

    /// Which media may be near-copies, how near, and which groups of them.
    ///
    /// @param examine media whose neighbours are looked at
    record Copies(MediaFilter filter, double cosine, int examine, int offset, int k) {}

    /// A question in JSON.
    SearchQuery json(byte[] body) {
        JsonFields fields = new JsonFields("", tree(body));
        JsonNode query = fields.member("query");
        if (query == null || !query.isArray()) {
            throw fields.wrong(
                    "query",
                    "an array of parts such as {\"text\": \"a red car\"}",
                    query == null ? "nothing" : JsonFields.kind(query));
        }
        if (query.size() > SearchQuery.MOST_PARTS) {
            throw fields.wrong("query", "at most " + SearchQuery.MOST_PARTS + " parts", "" + query.size());
        }
        List<QueryPart> parts = new ArrayList<>();
        for (JsonNode part : query) {
            parts.add(part(new JsonFields("query[" + parts.size() + "]", part)));
        }
        JsonNode filter = fields.member("filter");
        MediaFilter wanted = MediaFilter.ALL;
        if (filter != null) {
            JsonFields members = new JsonFields("filter", filter);
            wanted = filter(members);
            members.requireAllRead();
        }
        SearchQuery read = new SearchQuery(parts, wanted, page(fields));
        fields.requireAllRead();
        return read;
    }

    /// A JSON object.
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
                    "correct it there");
        }
    }

    private static QueryPart part(JsonFields part) {
        List<Likeness> found = new ArrayList<>();
        String text = part.text("text");
        if (text != null) {
            found.add(text(part, "text", text));
        }
        String mediaId = part.text("mediaId");
        if (mediaId != null) {
            found.add(new Medium(mediaId));
        }
        String picture = part.text("image");
        if (picture != null) {
            found.add(picture(part, picture));
        }
        JsonNode vector = part.member("vector");
        if (vector != null) {
            found.add(vector(part, vector));
        }
        double weight = part.number("weight", 1, -QueryPart.HEAVIEST, QueryPart.HEAVIEST);
        part.requireAllRead();
        if (found.size() != 1) {
            throw SearchException.badQuery(
                    "one of text, mediaId, image and vector in " + part.path(),
                    "" + found.size(),
                    "give each a part of its own");
        }
        return new QueryPart(found.getFirst(), weight);
    }

    private static Likeness text(RequestFields fields, String name, String text) {
        return new Text(limited(fields, name, text));
    }

    /// A text that is neither blank nor endless.
    static String limited(RequestFields fields, String name, String text) {
        if (text.isBlank() || text.length() > LONGEST_TEXT) {
            throw fields.wrong(
                    name,
                    "a text of 1 to " + LONGEST_TEXT + " characters",
                    text.isBlank() ? "a blank one" : text.length() + " characters");
        }
        return text;
    }

    static Likeness picture(JsonFields part, String base64) {
        return new Picture(ByteBuffer.wrap(bytes(part, base64)));
    }

    /// The bytes of a picture in base64.
    static byte[] bytes(JsonFields part, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw part.wrong("image", "the picture's bytes in base64", String.valueOf(e.getMessage()));
        }
    }

    private static Likeness vector(JsonFields part, JsonNode values) {
        if (!values.isArray() || values.size() > LONGEST_VECTOR) {
            throw part.wrong("vector", "an array of the model's dimension", JsonFields.kind(values));
        }
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!values.get(i).isNumber()) {
                throw part.wrong("vector[" + i + "]", "a number", JsonFields.kind(values.get(i)));
            }
            vector[i] = (float) values.get(i).doubleValue(); // one too large is infinite, and refused below
        }
        try {
            return new Vector(Embedding.normalize(vector));
        } catch (IllegalArgumentException e) {
            throw part.wrong(
                    "vector", "finite numbers that are not all 0", vector.length + " values without a direction");
        }
    }

    private static MediaFilter filter(RequestFields fields) {
        return new MediaFilter(
                few(fields, "tags", fields.texts("tags")),
                few(fields, "anyTags", fields.texts("anyTags")),
                few(fields, "noTags", fields.texts("noTags")),
                fields.number("minProbability", 0, 0, 1),
                fields.time("uploadedFrom"),
                fields.time("uploadedBefore"),
                attributes(fields),
                text(fields.text("labelSet")));
    }

    private static Map<String, String> attributes(RequestFields fields) {
        Map<String, String> pairs = fields.pairs("attributes");
        few(fields, "attributes", pairs.keySet());
        return pairs;
    }

    /// Each is a word or more of the index's query.
    private static Set<String> few(RequestFields fields, String name, Set<String> given) {
        if (given.size() > MOST_CONDITIONS) {
            throw fields.wrong(name, "at most " + MOST_CONDITIONS, "" + given.size());
        }
        return given;
    }

    private static @Nullable String text(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private Page page(RequestFields fields) {
        return new Page(
                fields.whole("offset", 0, 0, Page.LAST),
                fields.whole("k", Math.min(Page.USUAL_K, mostResults), 1, mostResults),
                fields.whole("efRuntime", 0, 0, Page.MOST_EFFORT),
                fields.number("minCosine", -1, -1, 1));
    }
}
