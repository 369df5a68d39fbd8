package dev.clipstream.search.http;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.MediaHit;
import dev.clipstream.search.Calibration;
import dev.clipstream.search.Duplicates;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.MediaJson;
import dev.clipstream.search.MediaSearch;
import dev.clipstream.search.Page;
import dev.clipstream.search.QueryPart;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchQuery;
import dev.clipstream.search.http.QueryReader.Copies;
import dev.clipstream.search.http.QueryReader.Listing;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Lookups over HTTP, below `/v1`. Answers are JSON, results best first; failures are told by [Problems].
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
public final class SearchController {
    private static final int USUAL_TAGS = 100;
    private static final int MOST_OF_A_GROUP = 100;

    private final Optional<LiveLookups> lookups;
    private final Optional<Calibration> calibration;
    private final QueryReader reader;
    private final RequestBodies bodies;

    /// @param lookups     empty: this instance has no index
    /// @param calibration tells what cosines mean; empty: it was not measured
    /// @param mostResults of one lookup, at least 1
    /// @param mostBytes   of a lookup's body, at least 1
    public SearchController(
            Optional<LiveLookups> lookups, Optional<Calibration> calibration, int mostResults, int mostBytes) {
        this.lookups = lookups;
        this.calibration = calibration;
        this.reader = new QueryReader(mostResults);
        this.bodies = new RequestBodies(mostBytes);
    }

    @GetMapping("/search")
    Map<String, Object> byText(HttpServletRequest request) {
        return nearest(reader.byText(ParameterFields.of(request)));
    }

    @PostMapping(path = "/search", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> byParts(HttpServletRequest request) throws IOException {
        return nearest(reader.json(bodies.read(request)));
    }

    /// The media uploaded last.
    @GetMapping("/media")
    Map<String, Object> newest(HttpServletRequest request) {
        Listing wanted = reader.listing(ParameterFields.of(request), Page.USUAL_K);
        MediaSearch asked = search();
        List<Map<String, @Nullable Object>> results = asked.newest(wanted.filter(), wanted.page()).stream()
                .map(MediaJson::of)
                .toList();
        Map<String, Object> answer = answer(asked.model(), wanted.page(), results);
        answer.put("count", asked.count(wanted.filter()));
        return answer;
    }

    @GetMapping("/media/{mediaId}")
    Map<String, @Nullable Object> medium(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields.of(request).requireAllRead();
        return MediaJson.of(search().medium(mediaId));
    }

    @GetMapping("/media/{mediaId}/similar")
    Map<String, Object> similar(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        return nearest(reader.like(mediaId, ParameterFields.of(request)));
    }

    /// Near-copies among the media uploaded last.
    @GetMapping("/duplicates")
    Map<String, Object> duplicates(HttpServletRequest request) {
        Copies wanted = reader.copies(ParameterFields.of(request));
        MediaSearch asked = search();
        Duplicates.Found found = asked.duplicates(wanted.filter(), wanted.cosine(), wanted.examine());
        List<Map<String, Object>> groups = found.groups().stream()
                .skip(wanted.offset())
                .limit(wanted.k())
                .map(SearchController::json)
                .toList();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model", asked.model());
        answer.put("offset", wanted.offset());
        answer.put("k", wanted.k());
        answer.put("groups", groups);
        answer.put("examined", found.examined());
        answer.put("complete", found.complete());
        return answer;
    }

    private static Map<String, Object> json(Duplicates.Group group) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("cosine", group.cosine());
        members.put("count", group.media().size());
        members.put(
                "media",
                group.media().stream().limit(MOST_OF_A_GROUP).map(MediaJson::of).toList());
        return members;
    }

    /// How many media have each tag.
    @GetMapping("/tags")
    Map<String, Object> tags(HttpServletRequest request) {
        Listing wanted = reader.listing(ParameterFields.of(request), USUAL_TAGS);
        return Map.of("tags", search().tagCounts(wanted.filter(), wanted.page().k()));
    }

    private Map<String, Object> nearest(SearchQuery query) {
        MediaSearch asked = search();
        return answer(
                asked.model(),
                query.page(),
                asked.nearest(query).stream()
                        .map(hit -> json(asked.model(), query, hit))
                        .toList());
    }

    /// A query of texts and others at once has cosines of a kind that was not measured.
    private Map<String, @Nullable Object> json(ModelIdentity model, SearchQuery query, MediaHit hit) {
        boolean alone = query.parts().size() == 1;
        boolean ofText = query.parts().getFirst().like() instanceof QueryPart.Text;
        return calibration
                .filter(of -> of.model().equals(model)
                        && alone
                        && query.parts().getFirst().weight() >= 0)
                .map(of -> MediaJson.of(hit, of.percentile(hit.cosine(), ofText)))
                .orElseGet(() -> MediaJson.of(hit));
    }

    private static Map<String, Object> answer(
            ModelIdentity model, Page page, List<Map<String, @Nullable Object>> results) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model", model);
        answer.put("offset", page.offset());
        answer.put("k", page.k());
        answer.put("results", results);
        return answer;
    }

    private MediaSearch search() {
        return lookups.orElseThrow(SearchException::noIndex).get().search();
    }
}
