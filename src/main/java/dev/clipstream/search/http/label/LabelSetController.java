package dev.clipstream.search.http.label;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.label.LabelSetWriter;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LabelPreview;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.http.label.LabelSets.Changed;
import dev.clipstream.search.http.label.LabelSets.Entry;
import dev.clipstream.search.http.label.LabelSets.Progress;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Label sets: what this instance applies, and changes of their topic.
///
/// The ETag of a label set is its version in quotes, percent-encoded. `If-Match` with it changes or removes only that
/// version; `If-None-Match: *` adds a set only if the topic has none of that name.
@RestController
@RequestMapping(path = "/v1/labels", produces = MediaType.APPLICATION_JSON_VALUE)
public final class LabelSetController {
    private static final String YAML = "application/yaml";
    private static final int PREVIEWED = 500;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final LabelSets sets;
    private final Optional<LiveLookups> lookups;
    /// Changes wait for brokers, and previews encode prompts.
    private final ConcurrencyLimit limit = new ConcurrencyLimit(2, 8, TIMEOUT, "change or preview a label set");

    /// @param lookups for previews; empty if this instance has no index
    public LabelSetController(LabelSets sets, Optional<LiveLookups> lookups) {
        this.sets = sets;
        this.lookups = lookups;
    }

    /// Returns the primary label set with the names of its labels in every language, and the state of all sets.
    @GetMapping
    Map<String, @Nullable Object> all(HttpServletRequest request) {
        requireNoParameters(request);
        Optional<LabelSet> primary = sets.applied().stream().findFirst();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", primary.map(LabelSet::name).orElse(null));
        members.put("version", primary.map(LabelSet::version).orElse(null));
        members.put("language", primary.map(LabelSet::language).orElse(null));
        members.put(
                "labels",
                primary.map(LabelSet::labels).orElse(List.of()).stream()
                        .map(label -> Map.of("id", label.id(), "names", label.names()))
                        .toList());
        members.put("sets", sets.all().stream().map(LabelSetController::state).toList());
        return members;
    }

    /// Returns a label set that applies, as JSON with the keys of a label set file.
    @GetMapping(path = "/{set}")
    ResponseEntity<Map<String, @Nullable Object>> one(@PathVariable("set") String name, HttpServletRequest request) {
        requireNoParameters(request);
        LabelSet set = applied(name);
        return ResponseEntity.ok().eTag(etag(set.version())).body(LabelSetJson.of(set));
    }

    /// Returns a label set that applies, as a label set file.
    @GetMapping(path = "/{set}", produces = YAML)
    ResponseEntity<byte[]> yaml(@PathVariable("set") String name, HttpServletRequest request) {
        requireNoParameters(request);
        LabelSet set = applied(name);
        return ResponseEntity.ok()
                .eTag(etag(set.version()))
                .contentType(MediaType.parseMediaType(YAML + ";charset=UTF-8"))
                .body(LabelSetWriter.write(set).getBytes(StandardCharsets.UTF_8));
    }

    /// Writes a label set to the topic.
    @PutMapping(
            path = "/{set}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, YAML, "application/x-yaml", "text/yaml"})
    ResponseEntity<Map<String, @Nullable Object>> put(@PathVariable("set") String name, HttpServletRequest request)
            throws IOException {
        requireNoParameters(request);
        LabelSet set = read(name, request);
        String expected = expectedVersion(request);
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return changed(sets.put(set, expected), set.name(), set.version());
        }
    }

    /// Removes a label set from the topic.
    @DeleteMapping("/{set}")
    ResponseEntity<Map<String, @Nullable Object>> delete(@PathVariable("set") String name, HttpServletRequest request) {
        requireNoParameters(request);
        String expected = expectedVersion(request);
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return changed(sets.delete(name, expected), name, null);
        }
    }

    /// Returns how far the media are tagged with the label sets that apply.
    @GetMapping("/{set}/progress")
    Map<String, @Nullable Object> progress(@PathVariable("set") String name, HttpServletRequest request) {
        requireNoParameters(request);
        Entry entry = entry(name);
        List<Progress> partitions = sets.progress().stream()
                .map(one -> one.offset() > entry.offset()
                        ? one
                        : new Progress(
                                one.partition(),
                                false,
                                0,
                                one.total(),
                                0,
                                one.offset(),
                                null)) // not begun with this set
                .toList();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", name);
        members.put("version", entry.applied().map(LabelSet::version).orElse(null));
        members.put("done", !partitions.isEmpty() && partitions.stream().allMatch(Progress::done));
        members.put("media", partitions.stream().mapToLong(Progress::media).sum());
        members.put("total", partitions.stream().mapToLong(Progress::total).sum());
        members.put(
                "published", partitions.stream().mapToLong(Progress::published).sum());
        members.put("remainingSeconds", remaining(partitions));
        members.put("partitions", partitions);
        return members;
    }

    /// Returns what a label set would add and remove among the newest media. Writes nothing.
    @PostMapping(
            path = "/{set}/preview",
            consumes = {MediaType.APPLICATION_JSON_VALUE, YAML, "application/x-yaml", "text/yaml"})
    LabelPreview.Result preview(@PathVariable("set") String name, HttpServletRequest request) throws IOException {
        requireNoParameters(request);
        LabelSet set = read(name, request);
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return LabelPreview.of(lookups.orElseThrow(SearchException::noIndex).get(), set, PREVIEWED);
        }
    }

    private Entry entry(String name) {
        return sets.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> noSet(name));
    }

    private LabelSet applied(String name) {
        return entry(name).applied().orElseThrow(() -> noSet(name));
    }

    private SearchException noSet(String name) {
        return new SearchException(
                Kind.NO_LABEL_SET,
                "the name of a label set that applies",
                "'" + name + "'",
                "use a name of GET /v1/labels");
    }

    private static LabelSet read(String name, HttpServletRequest request) throws IOException {
        LabelSet set;
        try {
            set = LabelSetFile.read(request.getInputStream(), "body");
        } catch (LabelSetException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        if (!set.name().equals(name)) {
            throw SearchException.badQuery(
                    "the name of the path in the body", "'" + set.name() + "' and '" + name + "'", "use one name");
        }
        return set;
    }

    /// Returns the failure of a label set that instances refuse.
    public static SearchException invalid(String problem) {
        return SearchException.badQuery("a valid label set", problem, "correct it and send it again");
    }

    /// Returns the version that the topic has to have; empty: none. Null: any.
    private static @Nullable String expectedVersion(HttpServletRequest request) {
        String match = request.getHeader(HttpHeaders.IF_MATCH);
        String noneMatch = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (noneMatch != null) {
            if (match != null || !noneMatch.strip().equals("*")) {
                throw SearchException.badQuery(
                        "If-None-Match: * or If-Match: \"VERSION\"", "another condition", "use one of them");
            }
            return "";
        }
        if (match == null) {
            return null;
        }
        String tag = match.strip();
        if (tag.length() < 3 || !tag.startsWith("\"") || !tag.endsWith("\"") || tag.contains(",")) {
            throw SearchException.badQuery(
                    "If-Match with one ETag, such as \"3\"", "'" + tag + "'", "send the ETag of the label set");
        }
        try {
            return URLDecoder.decode(tag.substring(1, tag.length() - 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw SearchException.badQuery(
                    "If-Match with one ETag, such as \"3\"", "'" + tag + "'", "send the ETag of the label set");
        }
    }

    private static String etag(String version) {
        return "\"" + URLEncoder.encode(version, StandardCharsets.UTF_8) + "\"";
    }

    private static ResponseEntity<Map<String, @Nullable Object>> changed(
            Changed changed, String name, @Nullable String version) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", name);
        members.put("version", version);
        members.put("written", changed.offset() >= 0);
        members.put("offset", changed.offset() < 0 ? null : changed.offset());
        members.put("applied", changed.applied());
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(changed.applied() ? HttpStatus.OK : HttpStatus.ACCEPTED);
        return (version == null ? response : response.eTag(etag(version))).body(members);
    }

    private static Map<String, @Nullable Object> state(Entry entry) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", entry.name());
        LabelSet set = entry.applied().orElse(null);
        members.put("version", set == null ? null : set.version());
        members.put("language", set == null ? null : set.language());
        members.put("mode", set == null ? null : set.mode().name().toLowerCase(Locale.ROOT));
        members.put("labels", set == null ? 0 : set.labels().size());
        members.put("description", set == null ? null : set.description());
        members.put("alert", set != null && set.alert() != null);
        members.put("source", entry.onTopic() ? "topic" : "configured");
        members.put("at", entry.at().map(Instant::toString).orElse(null));
        members.put(
                "refusal",
                entry.refusal()
                        .map(refusal -> {
                            Map<String, @Nullable Object> why = new LinkedHashMap<>();
                            why.put("version", refusal.version().orElse(null));
                            why.put("offset", refusal.offset());
                            why.put("at", refusal.at().toString());
                            why.put("message", refusal.message());
                            return why;
                        })
                        .orElse(null));
        return members;
    }

    /// Returns the time of the slowest partition; null: not known yet.
    private static @Nullable Double remaining(List<Progress> partitions) {
        double longest = 0;
        for (Progress one : partitions) {
            Double seconds = one.remainingSeconds();
            if (seconds == null) {
                return null;
            }
            longest = Math.max(longest, seconds);
        }
        return longest;
    }

    private static void requireNoParameters(HttpServletRequest request) {
        request.getParameterMap().keySet().stream().findFirst().ifPresent(name -> {
            throw SearchException.badQuery("no parameter", "'" + name + "'", "leave it out");
        });
    }
}
