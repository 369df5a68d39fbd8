package dev.clipstream.search.http;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
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
import dev.clipstream.search.TagNames;
import dev.clipstream.search.http.QueryReader.DuplicateQuery;
import dev.clipstream.search.http.QueryReader.Listing;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale.LanguageRange;
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
        ParameterFields fields = ParameterFields.of(request);
        List<LanguageRange> languages = QueryReader.languages(fields);
        return nearest(reader.byText(fields), languages);
    }

    @PostMapping(path = "/search", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> byParts(HttpServletRequest request) throws IOException {
        JsonFields fields = QueryReader.object(request.getInputStream().readAllBytes());
        List<LanguageRange> languages = QueryReader.languages(fields);
        return nearest(reader.json(fields), languages);
    }

    /// Lists media by the time of their upload, newest or oldest first.
    @GetMapping("/media")
    Map<String, Object> listed(HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        boolean oldestFirst = reader.isOldestFirst(fields);
        List<LanguageRange> languages = QueryReader.languages(fields);
        Listing listing = reader.listing(fields, Page.DEFAULT_K);
        Lookups live = lookups();
        MediaSearch search = live.search();
        TagNames names = live.labelling().names();
        MediaFilter filter = names.resolve(listing.filter());
        List<IndexedMedia> media =
                oldestFirst ? search.oldest(filter, listing.page()) : search.newest(filter, listing.page());
        List<Map<String, @Nullable Object>> results = media.stream()
                .map(one -> MediaJson.of(names.in(languages, one)))
                .toList();
        Map<String, Object> response = response(search.model(), listing.page(), results);
        response.put("count", search.count(filter));
        return response;
    }

    @GetMapping("/media/{mediaId}")
    Map<String, @Nullable Object> medium(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        List<LanguageRange> languages = QueryReader.languages(fields);
        fields.requireAllRead();
        Lookups live = lookups();
        return MediaJson.of(live.labelling().names().in(languages, live.search().medium(mediaId)));
    }

    @GetMapping("/media/{mediaId}/similar")
    Map<String, Object> similar(@PathVariable("mediaId") String mediaId, HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        List<LanguageRange> languages = QueryReader.languages(fields);
        return nearest(reader.similarTo(mediaId, fields), languages);
    }

    /// Lists groups of near-duplicates among the newest media.
    @GetMapping("/duplicates")
    Map<String, Object> duplicates(HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        List<LanguageRange> languages = QueryReader.languages(fields);
        DuplicateQuery query = reader.duplicates(fields);
        Lookups live = lookups();
        MediaSearch search = live.search();
        TagNames names = live.labelling().names();
        Duplicates.Found found = search.duplicates(names.resolve(query.filter()), query.cosine(), query.examine());
        List<Map<String, Object>> groups = found.groups().stream()
                .skip(query.offset())
                .limit(query.k())
                .map(group -> json(group, names, languages))
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

    private static Map<String, Object> json(Duplicates.Group group, TagNames names, List<LanguageRange> languages) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("cosine", group.cosine());
        members.put("count", group.media().size());
        members.put(
                "media",
                group.media().stream()
                        .limit(MAX_GROUP_MEDIA)
                        .map(one -> MediaJson.of(names.in(languages, one)))
                        .toList());
        return members;
    }

    /// Counts the media per tag.
    @GetMapping("/tags")
    Map<String, Object> tags(HttpServletRequest request) {
        Listing listing = reader.listing(ParameterFields.of(request), DEFAULT_TAGS);
        Lookups live = lookups();
        MediaFilter filter = live.labelling().names().resolve(listing.filter());
        return Map.of("tags", live.search().tagCounts(filter, listing.page().k()));
    }

    private Map<String, Object> nearest(SearchQuery asked, List<LanguageRange> languages) {
        Lookups live = lookups();
        TagNames names = live.labelling().names();
        SearchQuery query = asked.withFilter(names.resolve(asked.filter()));
        List<MediaHit> hits = live.search().nearest(query);
        Optional<Calibration> calibration =
                hits.isEmpty() || !isCalibrated(query) ? Optional.empty() : calibrations.of(live);
        boolean ofText = query.parts().getFirst().input() instanceof QueryPart.Text;
        Map<String, Object> response = response(
                live.model(),
                query.page(),
                hits.stream()
                        .map(hit -> new MediaHit(names.in(languages, hit.media()), hit.cosine()))
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

    private Lookups lookups() {
        return lookups.orElseThrow(SearchException::noIndex).get();
    }
}
