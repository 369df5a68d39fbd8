package dev.clipstream.label.feedback;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The verdicts of people about one label set, and what they agree on.
///
/// The newest verdict of a person about a label of a medium replaces the person's earlier ones. Verdicts without a name
/// count as those of one person. Among persons the majority decides; a medium with as many on either side is contested,
/// and no example. Used by one thread.
public final class Verdicts {
    /// By label, then by medium, then by person.
    private final Map<String, Map<String, Map<String, Verdict>>> byLabel = new TreeMap<>();

    private final Set<String> media = new HashSet<>();

    /// A verdict.
    ///
    /// @param right whether the medium shows the label
    /// @param by    who says so; empty: not said
    public record Verdict(String mediaId, String labelId, boolean right, String by, Instant givenAt) {}

    /// What people agree on.
    ///
    /// @param shown     whether the medium shows the label
    /// @param contested whether as many say that it does as that it does not; then `shown` means nothing
    /// @param newest    when the newest verdict was given
    public record Agreed(String mediaId, boolean shown, boolean contested, Instant newest) {}

    /// Adds a verdict. Of two that were given at the same time, the one that is added later counts.
    public void add(Verdict verdict) {
        media.add(verdict.mediaId());
        byLabel.computeIfAbsent(verdict.labelId(), unknown -> new TreeMap<>())
                .computeIfAbsent(verdict.mediaId(), unknown -> new HashMap<>())
                .merge(verdict.by(), verdict, (known, next) -> next.givenAt().isBefore(known.givenAt()) ? known : next);
    }

    /// Returns what people agree on about a label, by media id.
    public List<Agreed> about(String labelId) {
        List<Agreed> agreed = new ArrayList<>();
        byLabel.getOrDefault(labelId, Map.of()).forEach((mediaId, persons) -> {
            long right = persons.values().stream().filter(Verdict::right).count();
            long wrong = persons.size() - right;
            Instant newest = persons.values().stream()
                    .map(Verdict::givenAt)
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.EPOCH);
            agreed.add(new Agreed(mediaId, right > wrong, right == wrong, newest));
        });
        return agreed;
    }

    /// Returns whether anybody has said something about a medium.
    public boolean mention(String mediaId) {
        return media.contains(mediaId);
    }

    /// Returns the ids of the labels that verdicts are about.
    public List<String> labels() {
        return List.copyOf(byLabel.keySet());
    }
}
