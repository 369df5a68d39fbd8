package dev.clipstream.tag;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Adds the broader labels that tags bring: a dog is an animal. Immutable.
///
/// A broader label has the scores of the most probable tag below it, unless it reached its threshold itself with at
/// least that probability. So a broader label is never less probable than a narrower one, and there is one tag of each
/// label. The added tags do not count against the set's top k. They follow the others: most probable first, then in the
/// order of the tags that bring them, then the nearest ancestor first.
final class Ancestors {
    private final String language;
    private final Map<String, Label> labels = new HashMap<>();
    private final boolean none;

    Ancestors(LabelSet set) {
        this.language = set.language();
        set.labels().forEach(label -> labels.put(label.id(), label));
        this.none = set.labels().stream().allMatch(label -> label.parent() == null);
    }

    /// A broader label, the place of the tag that brings it, and its distance from that tag's label.
    private record Brought(ScoredLabel label, int place, int distance) {
        static final Comparator<Brought> ORDER = Comparator.comparingDouble(
                        (Brought brought) -> brought.label.probability())
                .reversed()
                .thenComparingInt(Brought::place)
                .thenComparingInt(Brought::distance);
    }

    /// Returns tags with the broader labels that they bring.
    ///
    /// @param tags of the set, each label once
    List<ScoredLabel> with(List<ScoredLabel> tags) {
        if (none || tags.isEmpty()) {
            return tags;
        }
        Map<String, ScoredLabel> own = new HashMap<>();
        tags.forEach(tag -> own.put(tag.labelId(), tag));
        Map<String, Brought> brought = new HashMap<>();
        for (int place = 0; place < tags.size(); place++) {
            ScoredLabel tag = tags.get(place);
            int distance = 0;
            for (String id = parent(tag.labelId()); id != null; id = parent(id)) {
                distance++;
                ScoredLabel itself = own.get(id);
                Brought earlier = brought.get(id);
                if ((itself == null || tag.probability() > itself.probability())
                        && (earlier == null || tag.probability() > earlier.label.probability())) {
                    String name = label(id).name(language);
                    brought.put(
                            id,
                            new Brought(
                                    new ScoredLabel(id, name, tag.probability(), tag.cosine(), tag.labelId()),
                                    place,
                                    distance));
                }
            }
        }
        List<ScoredLabel> all = new ArrayList<>();
        tags.stream().filter(tag -> !brought.containsKey(tag.labelId())).forEach(all::add);
        brought.values().stream().sorted(Brought.ORDER).map(Brought::label).forEach(all::add);
        return List.copyOf(all);
    }

    private @Nullable String parent(String id) {
        return label(id).parent();
    }

    private Label label(String id) {
        return Objects.requireNonNull(labels.get(id));
    }
}
