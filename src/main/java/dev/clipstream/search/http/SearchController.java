package dev.clipstream.search.http;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaHit;
import dev.clipstream.search.Calibration;
import dev.clipstream.search.Calibrations;
import dev.clipstream.search.Duplicates;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.MediaJson;
import dev.clipstream.search.MediaSearch;
import dev.clipstream.search.Page;
import dev.clipstream.search.QueryPart;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchQuery;
import dev.clipstream.search.http.QueryReader.DuplicateQuery;
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

/// The search operations below `/v1`. Responses are JSON with the best results first; [Problems] converts
/// failures.
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
public final class SearchController {
    private static final int DEFAULT_TAGS = 100;
    private static final int MAX_GROUP_MEDIA = 100;

    private final Optional<LiveLookups> lookups;
    private final Calibrations calibrations;
    private final QueryReader reader;

    /// @param lookups      empty if this instance has no index
    /// @param calibrations provides percentiles of cosines
    /// @param maxResults   the largest number of results per search, at least 1
    public SearchController(Optional<LiveLookups> lookups, Calibrations calibrations, int maxResults) {
        this.lookups = lookups;
        this.calibrations = calibrations;
        this.reader = new QueryReader(maxResults);
    }

    @GetMapping("/search")
    Map<String, Object> byText(HttpServletRequest request) {
        return nearest(reader.byText(ParameterFields.of(request)));
    }

    @PostMapping(path = "/search", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> byParts(HttpServletRequest request) throws IOException {
        return nearest(reader.json(request.getInputStream().readAllBytes()));
    }

    /// Lists media by the time of their upload, newest or oldest first.
    @GetMapping("/media")
    Map<String, Object> listed(HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        boolean oldestFirst = reader.isOldestFirst(fields);
        Listing listing = reader.listing(fields, Page.DEFAULT_K);
        MediaSearch search = search();
        List<IndexedMedia> media = oldestFirst
                ? search.oldest(listing.filter(), listing.page())
                : search.newest(listing.filter(), listing.page());
        List<Map<String, @Nullable Object>> results =
                media.stream().map(MediaJson::of).toList();
        Map<String, Object> response = response(search.model(), listing.page(), results);
        response.put("count", search.count(listing.filter()));
        return response;
    }

    @GetMapping("/media/{mediaId}")
    Map<String, @Nullable Object> medium(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields.of(request).requireAllRead();
        return MediaJson.of(search().medium(mediaId));
    }

    @GetMapping("/media/{mediaId}/similar")
    Map<String, Object> similar(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        return nearest(reader.similarTo(mediaId, ParameterFields.of(request)));
    }

    /// Lists groups of near-duplicates among the newest media.
    @GetMapping("/duplicates")
    Map<String, Object> duplicates(HttpServletRequest request) {
        DuplicateQuery query = reader.duplicates(ParameterFields.of(request));
        MediaSearch search = search();
        Duplicates.Found found = search.duplicates(query.filter(), query.cosine(), query.examine());
        List<Map<String, Object>> groups = found.groups().stream()
                .skip(query.offset())
                .limit(query.k())
                .map(SearchController::json)
                .toList();
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("model", search.model());
        response.put("offset", query.offset());
        response.put("k", query.k());
        response.put("groups", groups);
        response.put("examined", found.examined());
        response.put("complete", found.complete());
        return response;
    }

    private static Map<String, Object> json(Duplicates.Group group) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("cosine", group.cosine());
        members.put("count", group.media().size());
        members.put(
                "media",
                group.media().stream().limit(MAX_GROUP_MEDIA).map(MediaJson::of).toList());
        return members;
    }

    /// Counts the media per tag.
    @GetMapping("/tags")
    Map<String, Object> tags(HttpServletRequest request) {
        Listing listing = reader.listing(ParameterFields.of(request), DEFAULT_TAGS);
        return Map.of(
                "tags", search().tagCounts(listing.filter(), listing.page().k()));
    }

    private Map<String, Object> nearest(SearchQuery query) {
        Lookups live = lookups();
        List<MediaHit> hits = live.search().nearest(query);
        Optional<Calibration> calibration =
                hits.isEmpty() || !isCalibrated(query) ? Optional.empty() : calibrations.of(live);
        boolean ofText = query.parts().getFirst().input() instanceof QueryPart.Text;
        Map<String, Object> response = response(
                live.model(),
                query.page(),
                hits.stream()
                        .map(hit -> calibration
                                .map(of -> MediaJson.of(hit, of.percentile(hit.cosine(), ofText)))
                                .orElseGet(() -> MediaJson.of(hit)))
                        .toList());
        return Warnings.addCut(response, live.search().cutTexts(query));
    }

    /// Calibrations cover single texts and images, not mixed queries.
    private static boolean isCalibrated(SearchQuery query) {
        return query.parts().size() == 1 && query.parts().getFirst().weight() >= 0;
    }

    private static Map<String, Object> response(
            ModelIdentity model, Page page, List<Map<String, @Nullable Object>> results) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("model", model);
        response.put("offset", page.offset());
        response.put("k", page.k());
        response.put("results", results);
        return response;
    }

    private MediaSearch search() {
        return lookups().search();
    }

    private Lookups lookups() {
        return lookups.orElseThrow(SearchException::noIndex).get();
    }
}
