package dev.clipstream.label.feedback;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The verdicts of people about one label set, and what they agree on.
///
/// The newest verdict of a person about a label of a medium replaces the person's earlier ones. Verdicts without a name
/// count as those of one person. Among persons the majority decides; a medium with as many on either side is contested,
/// and no example. Used by one thread.
public final class Verdicts {
    private final Map<Subject, Map<String, Verdict>> bySubject = new HashMap<>();

    /// A verdict.
    ///
    /// @param right whether the medium shows the label
    /// @param by    who says so; empty: not said
    public record Verdict(String mediaId, String labelId, boolean right, String by, Instant givenAt) {}

    private record Subject(String labelId, String mediaId) {}

    /// What people agree on.
    ///
    /// @param shown     whether the medium shows the label
    /// @param contested whether as many say that it does as that it does not; then `shown` means nothing
    /// @param newest    when the newest verdict was given
    public record Agreed(String mediaId, boolean shown, boolean contested, Instant newest) {}

    /// Adds a verdict. Of two that were given at the same time, the one that is added later counts.
    public void add(Verdict verdict) {
        bySubject
                .computeIfAbsent(new Subject(verdict.labelId(), verdict.mediaId()), unknown -> new HashMap<>())
                .merge(verdict.by(), verdict, (known, next) -> next.givenAt().isBefore(known.givenAt()) ? known : next);
    }

    /// Returns what people agree on about a label, by media id.
    public List<Agreed> about(String labelId) {
        List<Agreed> agreed = new ArrayList<>();
        bySubject.forEach((subject, persons) -> {
            if (subject.labelId().equals(labelId)) {
                long right = persons.values().stream().filter(Verdict::right).count();
                long wrong = persons.size() - right;
                Instant newest = persons.values().stream()
                        .map(Verdict::givenAt)
                        .max(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH);
                agreed.add(new Agreed(subject.mediaId(), right > wrong, right == wrong, newest));
            }
        });
        agreed.sort(Comparator.comparing(Agreed::mediaId));
        return agreed;
    }

    /// Returns whether anybody has said something about a medium.
    public boolean mention(String mediaId) {
        return bySubject.keySet().stream().anyMatch(subject -> subject.mediaId().equals(mediaId));
    }

    /// Returns the ids of the labels that verdicts are about.
    public List<String> labels() {
        return bySubject.keySet().stream()
                .map(Subject::labelId)
                .distinct()
                .sorted()
                .toList();
    }
}
