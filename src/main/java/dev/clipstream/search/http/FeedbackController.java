package dev.clipstream.search.http;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.MediaVerdicts;
import dev.clipstream.search.MediaVerdicts.Accepted;
import dev.clipstream.search.MediaVerdicts.Verdict;
import dev.clipstream.search.SearchException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Accepts people's verdicts about the labels of media, and publishes them as events to the feedback topic.
///
/// A verdict changes no tag. `clipstream labels learn` makes a new version of a label set from verdicts.
@RestController
@RequestMapping(path = "/v1/media", produces = MediaType.APPLICATION_JSON_VALUE)
public final class FeedbackController {
    /// Verdicts that wait for the brokers at the same time, so that unavailable brokers delay no searches.
    private static final int MAX_CONCURRENT = 8;

    private static final int MAX_WAITING = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_NAME = 200;

    private final MediaVerdicts verdicts;
    private final Optional<LiveLookups> lookups;
    private final ConcurrencyLimit limit =
            new ConcurrencyLimit(MAX_CONCURRENT, MAX_WAITING, TIMEOUT, "publish a verdict");

    /// @param lookups know the label sets and the media; empty if this instance has no index, which then refuses
    ///                verdicts
    public FeedbackController(MediaVerdicts verdicts, Optional<LiveLookups> lookups) {
        this.verdicts = verdicts;
        this.lookups = lookups;
    }

    /// Publishes a verdict about a label of a medium. Without `labelSet`, the primary one is meant.
    @PostMapping(path = "/{mediaId}/feedback", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted feedback(@PathVariable("mediaId") String mediaId, HttpServletRequest request) throws IOException {
        JsonFields fields = QueryReader.object(request.getInputStream().readAllBytes());
        String label = fields.text("label");
        String labelSet = fields.text("labelSet");
        String version = fields.text("labelSetVersion");
        boolean right = right(fields);
        String by = fields.text("by");
        fields.requireAllRead();
        if (by != null && (by.length() > MAX_NAME || by.codePoints().anyMatch(Character::isISOControl))) {
            throw fields.wrong("by", "a name on one line of at most " + MAX_NAME + " characters", "another text");
        }
        LabelSet set = set(fields, labelSet);
        String known = set.labels().stream()
                .map(Label::id)
                .filter(id -> id.equals(label))
                .findFirst()
                .orElseThrow(() -> fields.wrong(
                        "label",
                        "the id of a label of the set " + set.name(),
                        label == null ? RequestFields.NOTHING : "'" + label + "'"));
        lookups().search().medium(mediaId); // refuses a medium that does not exist
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            return verdicts.give(new Verdict(
                    mediaId,
                    set.name(),
                    known,
                    right,
                    by == null ? "" : by.strip(),
                    version == null ? set.version() : version));
        }
    }

    private static boolean right(JsonFields fields) {
        String given = fields.text("verdict");
        return switch (given == null ? "" : given.toLowerCase(Locale.ROOT)) {
            case "right" -> true;
            case "wrong" -> false;
            default ->
                throw fields.wrong(
                        "verdict", "right or wrong", given == null ? RequestFields.NOTHING : "'" + given + "'");
        };
    }

    private LabelSet set(JsonFields fields, @Nullable String name) {
        List<LabelSet> sets = lookups().labelling().sets();
        return sets.stream()
                .filter(set -> name == null || set.name().equals(name))
                .findFirst()
                .orElseThrow(() -> fields.wrong(
                        "labelSet",
                        "one of " + sets.stream().map(LabelSet::name).toList(),
                        name == null ? RequestFields.NOTHING : "'" + name + "'"));
    }

    private Lookups lookups() {
        return lookups.orElseThrow(SearchException::noIndex).get();
    }
}
