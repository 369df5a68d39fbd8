package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.fewshot.ClassVectors;
import dev.clipstream.tag.fewshot.LeaveOneOut;
import dev.clipstream.tag.fewshot.Shots;
import dev.clipstream.tag.fewshot.WeightChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The examples of a label set: what they make of its vectors, and how much weight they deserve.
///
/// Examples belong to the model of [LabelSet#modelFingerprint()]. A tagger of another model ignores them, and warns.
public final class FewShot {
    private FewShot() {}

    /// A label set whose labels have the chosen weights, and how they were chosen.
    ///
    /// @param choice one outcome for each label of the set
    public record Weighted(LabelSet set, WeightChoice choice) {}

    /// Chooses the weight of each label's examples by leave-one-out. Labels whose examples change their vector lose
    /// their calibration.
    ///
    /// @param encoder    the text tower of `model`; not kept
    /// @param background vectors of media that nobody has judged; may be empty
    /// @throws IllegalArgumentException if the set's examples belong to another model
    public static Weighted chooseWeights(
            LabelSet set, TextEncoder encoder, ModelIdentity model, List<Embedding> background) {
        if (!applies(set, model)) {
            throw new IllegalArgumentException("Expected examples of the model " + model.id() + " ("
                    + model.fingerprint() + "), found those of " + set.modelFingerprint()
                    + ". Choose the weights with that model.");
        }
        List<List<String>> prompts = ZeroShotTagger.labelPrompts(set);
        Map<List<String>, Embedding> encoded = Ensembles.encode(prompts, encoder, model);
        List<Embedding> texts = prompts.stream()
                .map(ensemble -> Objects.requireNonNull(encoded.get(ensemble)))
                .toList();
        WeightChoice choice = LeaveOneOut.choose(set.mode(), texts, shots(set), library(set), background);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < set.labels().size(); i++) {
            Label label = set.labels().get(i);
            double weight = choice.labels().get(i).weight();
            boolean same = weight == label.exampleWeight() && weight == 0;
            labels.add(same ? label : label.withExamples(label.examples(), weight));
        }
        return new Weighted(set.with(set.version(), labels, set.modelFingerprint()), choice);
    }

    /// Returns the vector of each label: its text's, blended with its examples if they are of this model.
    ///
    /// @param texts one for each label
    static List<Embedding> classVectors(LabelSet set, ModelIdentity model, List<Embedding> texts) {
        if (!hasExamples(set) || !applies(set, model)) {
            return texts;
        }
        if (ignoresTexts(set, model)) {
            return List.of(Ensembles.mean(vectors(set.labels().getFirst(), true)));
        }
        return ClassVectors.of(
                texts,
                shots(set),
                library(set),
                set.labels().stream().map(Label::exampleWeight).toList());
    }

    /// Returns what keeps examples from taking effect, in one sentence each.
    static List<String> warnings(LabelSet set, ModelIdentity model) {
        if (!hasExamples(set)) {
            return List.of();
        }
        if (!applies(set, model)) {
            return List.of("Expected examples of the model " + model.id() + " (" + model.fingerprint()
                    + "), found those of " + set.modelFingerprint()
                    + ", which are ignored. Learn them again with this model.");
        }
        if (isExamplesAlone(set)) {
            return List.of();
        }
        List<Integer> shown = IntStream.range(0, set.labels().size())
                .filter(i -> !shots(set.labels().get(i)).positives().isEmpty())
                .boxed()
                .toList();
        if (shown.size() == 1 && library(set) == null) {
            Label only = set.labels().get(shown.getFirst());
            if (shots(only).negatives().isEmpty()) {
                return List.of("Expected something to compare the examples of the label '" + only.id()
                        + "' with, found neither negative examples nor examples of another label nor the mean of the"
                        + " library, so they are ignored. Add one of them.");
            }
        }
        return List.of();
    }

    /// Returns whether the set is a standing query for what its pictures show, without a text: their mean is the
    /// vector.
    private static boolean isExamplesAlone(LabelSet set) {
        return set.alert() != null
                && set.labels().getFirst().exampleWeight() == 1
                && set.labels().getFirst().examples().stream()
                        .allMatch(example -> example.positive() && !example.isLibrary());
    }

    /// Returns whether a model's tagger of the set compares media with pictures alone.
    static boolean ignoresTexts(LabelSet set, ModelIdentity model) {
        return hasExamples(set) && applies(set, model) && isExamplesAlone(set);
    }

    private static boolean hasExamples(LabelSet set) {
        return set.labels().stream().anyMatch(label -> !label.examples().isEmpty());
    }

    private static boolean applies(LabelSet set, ModelIdentity model) {
        return set.modelFingerprint() == null || set.modelFingerprint().equals(model.fingerprint());
    }

    private static List<Shots> shots(LabelSet set) {
        return set.labels().stream().map(FewShot::shots).toList();
    }

    private static Shots shots(Label label) {
        return new Shots(vectors(label, true), vectors(label, false));
    }

    private static List<Embedding> vectors(Label label, boolean positive) {
        return label.examples().stream()
                .filter(example -> example.positive() == positive && !example.isLibrary())
                .map(LabelExample::vector)
                .toList();
    }

    private static @Nullable Embedding library(LabelSet set) {
        return set.labels().stream()
                .flatMap(label -> label.examples().stream())
                .filter(LabelExample::isLibrary)
                .map(LabelExample::vector)
                .findFirst()
                .orElse(null);
    }
}
