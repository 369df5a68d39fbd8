package dev.clipstream.label.feedback;

import dev.clipstream.clip.Embedding;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.feedback.Verdicts.Agreed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A label set with the examples that verdicts make, and what became of the verdicts.
///
/// @param set       the label set with new examples, in its old version; weights are not chosen yet
/// @param contested number of media and labels about which people do not agree
/// @param missing   number of media and labels that have verdicts, but no vector any more
/// @param unknown   ids that verdicts are about and that the label set does not have
public record Lesson(LabelSet set, int contested, int missing, List<String> unknown) {
    public Lesson {
        unknown = List.copyOf(unknown);
    }

    /// Returns the label set with the examples that verdicts make.
    ///
    /// Verdicts replace the examples of the same media. Other examples stay, unless they belong to another model. A
    /// medium that is no longer in the index keeps the vector that the set has. Each label keeps the examples of at
    /// most `most` media on each side that verdicts make: those whose verdicts are newest.
    ///
    /// The result depends on the arguments alone, and a second lesson from the same verdicts changes nothing.
    ///
    /// @param model   fingerprint of the model of all vectors
    /// @param vectors finds the vector of a medium
    /// @param library mean of the library's vectors; null: not known. Not used if the set has one of this model
    /// @param most    at least 1
    public static Lesson of(
            LabelSet set,
            String model,
            Verdicts verdicts,
            Function<String, Optional<Embedding>> vectors,
            @Nullable Embedding library,
            int most) {
        boolean sameModel = model.equals(set.modelFingerprint());
        LabelExample mean = set.labels().stream()
                .flatMap(label -> label.examples().stream())
                .filter(example -> sameModel && example.isLibrary())
                .findFirst()
                .orElse(library == null ? null : LabelExample.ofLibrary(library));
        int contested = 0;
        int missing = 0;
        boolean any = false;
        List<Label> labels = new ArrayList<>();
        for (Label label : set.labels()) {
            Map<String, LabelExample> examples = new LinkedHashMap<>();
            for (LabelExample example : label.examples()) {
                if (sameModel && !example.isLibrary()) {
                    examples.put(example.source(), example);
                }
            }
            List<Agreed> about = verdicts.about(label.id());
            Map<String, LabelExample> former = new HashMap<>();
            for (Agreed agreed : about) {
                LabelExample known = examples.remove(agreed.mediaId());
                if (known != null) {
                    former.put(agreed.mediaId(), known);
                }
            }
            for (Agreed agreed : kept(about, most)) {
                Optional<Embedding> vector = vectors.apply(agreed.mediaId())
                        .or(() -> Optional.ofNullable(former.get(agreed.mediaId()))
                                .map(LabelExample::vector));
                if (agreed.contested()) {
                    contested++;
                } else if (vector.isEmpty()) {
                    missing++;
                } else {
                    examples.put(agreed.mediaId(), new LabelExample(agreed.mediaId(), agreed.shown(), vector.get()));
                }
            }
            List<LabelExample> learned = new ArrayList<>(examples.values());
            if (!learned.isEmpty() && mean != null) {
                learned.add(mean);
            }
            any |= !learned.isEmpty();
            labels.add(taught(label, learned, sameModel));
        }
        boolean calibrated = labels.stream().anyMatch(label -> label.calibration() != null);
        return new Lesson(
                set.with(set.version(), labels, any || calibrated ? model : null),
                contested,
                missing,
                verdicts.labels().stream()
                        .filter(id -> set.labels().stream()
                                .noneMatch(label -> label.id().equals(id)))
                        .toList());
    }

    /// Returns the newest verdicts of each side and all contested ones, by media id.
    private static List<Agreed> kept(List<Agreed> agreed, int most) {
        List<Agreed> newest = agreed.stream()
                .sorted(Comparator.comparing(Agreed::newest).reversed().thenComparing(Agreed::mediaId))
                .toList();
        List<Agreed> kept = new ArrayList<>();
        int shown = 0;
        int not = 0;
        for (Agreed one : newest) {
            boolean room = one.contested() || (one.shown() ? shown++ : not++) < most;
            if (room) {
                kept.add(one);
            }
        }
        kept.sort(Comparator.comparing(Agreed::mediaId));
        return kept;
    }

    private static Label taught(Label label, List<LabelExample> examples, boolean sameModel) {
        boolean same = examples.equals(label.examples()) && (sameModel || label.calibration() == null);
        boolean shows = examples.stream().anyMatch(LabelExample::positive);
        return same ? label : label.withExamples(examples, shows ? label.exampleWeight() : 0);
    }
}
