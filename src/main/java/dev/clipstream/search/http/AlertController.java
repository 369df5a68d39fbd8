package dev.clipstream.search.http;

import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.StandingQuery;
import dev.clipstream.label.StandingQuery.Picture;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.QueryPart.Input;
import dev.clipstream.search.QueryPart.Medium;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.StandingQueries;
import dev.clipstream.search.StandingQueryJson;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Lists, saves and removes standing queries, whose matches are on the topic of alerts and on `/v1/events`.
@RestController
@RequestMapping(path = "/v1/alerts", produces = MediaType.APPLICATION_JSON_VALUE)
public final class AlertController {
    private final Optional<StandingQueries> queries;
    private final Optional<LiveLookups> lookups;

    /// @param queries empty if this instance follows no topic of label sets
    /// @param lookups embed pictures; empty if this instance has no index, which then refuses pictures
    public AlertController(Optional<StandingQueries> queries, Optional<LiveLookups> lookups) {
        this.queries = queries;
        this.lookups = lookups;
    }

    /// Returns the standing queries.
    @GetMapping
    Map<String, Object> all(HttpServletRequest request) {
        ParameterFields.of(request).requireAllRead();
        return Map.of(
                "alerts", queries().all().stream().map(StandingQueryJson::of).toList());
    }

    /// Adds or replaces a standing query. With the header `If-None-Match: *`, only adds.
    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, @Nullable Object> put(@PathVariable("name") String name, HttpServletRequest request)
            throws IOException {
        ParameterFields.of(request).requireAllRead();
        StandingQuery query =
                query(name, QueryReader.object(request.getInputStream().readAllBytes()));
        return StandingQueryJson.of(queries().put(query, "*".equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))));
    }

    /// Removes a standing query.
    @DeleteMapping("/{name}")
    Map<String, Object> remove(@PathVariable("name") String name, HttpServletRequest request) {
        ParameterFields.of(request).requireAllRead();
        queries().remove(name);
        return Map.of("name", name, "removed", true);
    }

    private StandingQueries queries() {
        return queries.orElseThrow(() -> new SearchException(
                SearchException.Kind.NO_ALERT,
                "an instance that follows a topic of label sets",
                "one without (topics.labels is empty)",
                "set topics.labels, or use another instance"));
    }

    private StandingQuery query(String name, JsonFields fields) {
        String text = fields.text("text");
        String image = fields.text("image");
        String mediaId = fields.text("mediaId");
        String language = fields.text("language");
        List<String> not = List.copyOf(fields.texts("not"));
        double minCosine = fields.number("minCosine", Picture.DEFAULT_COSINE, -1, 1);
        double threshold = fields.number("threshold", StandingQuery.DEFAULT_PROBABILITY, 0, 1);
        AlertFilter filter = new AlertFilter(
                fields.pairs("attributes"), fields.texts("allTags"), fields.texts("anyTags"), fields.texts("noTags"));
        fields.requireAllRead();
        if (image != null && mediaId != null) {
            throw SearchException.badQuery("one of text, image and mediaId", "image and mediaId", "leave one out");
        }
        Input input = image != null ? QueryReader.image(fields, image) : mediaId == null ? null : new Medium(mediaId);
        try {
            StandingQuery query = new StandingQuery(
                    name,
                    language == null ? "en" : language,
                    text == null ? null : QueryReader.limited(fields, "text", text),
                    not.stream()
                            .map(other -> QueryReader.limited(fields, "not", other))
                            .toList(),
                    input == null ? null : picture(input, mediaId == null ? "picture" : mediaId, minCosine),
                    threshold,
                    filter);
            query.labelSet();
            return query;
        } catch (IllegalArgumentException e) {
            throw SearchException.badQuery(
                    "a standing query with a valid name, text or picture, and filter",
                    String.valueOf(e.getMessage()),
                    "correct it");
        }
    }

    private Picture picture(Input input, String source, double minCosine) {
        Lookups live = lookups.orElseThrow(SearchException::noIndex).get();
        return new Picture(
                source,
                live.search().vector(input),
                live.model().fingerprint(),
                minCosine,
                live.labelling().scoring().scale());
    }
}
