package dev.clipstream.tag.evaluation;

import dev.clipstream.clip.Embedding;
import dev.clipstream.label.Label;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// What a label got on the evaluated media, and what it should have got. The three arrays have one element for each
/// medium, and must not be changed.
///
/// @param label         id
/// @param probabilities of the label, 0 to 1
/// @param tagged        whether the label is among the medium's tags
/// @param shows         whether the medium shows the label
@SuppressWarnings("ArrayRecordComponent") // not compared
public record LabelOutcomes(String label, double[] probabilities, boolean[] tagged, boolean[] shows) {

    /// @throws IllegalArgumentException if the arrays differ in length
    public LabelOutcomes {
        if (probabilities.length != tagged.length || probabilities.length != shows.length) {
            throw new IllegalArgumentException("Expected as many probabilities as decisions for '" + label + "', found "
                    + probabilities.length + ", " + tagged.length + " and " + shows.length);
        }
    }

    /// Returns what the labels of a set get on media: the probability of a tag is the published one, which a broader
    /// label may have from a narrower one; that of other labels is their own.
    ///
    /// @param images vectors of the media, of the tagger's model
    /// @param shows  returns whether each medium shows a label, given its id
    /// @return one for each label, in the set's order
    public static List<LabelOutcomes> of(
            ZeroShotTagger tagger, List<Embedding> images, Function<String, boolean[]> shows) {
        Map<String, LabelOutcomes> outcomes = new LinkedHashMap<>();
        for (Label label : tagger.labelSet().labels()) {
            outcomes.put(
                    label.id(),
                    new LabelOutcomes(
                            label.id(),
                            new double[images.size()],
                            new boolean[images.size()],
                            shows.apply(label.id())));
        }
        for (int medium = 0; medium < images.size(); medium++) {
            for (ScoredLabel score : tagger.scoreAll(images.get(medium))) {
                outcome(outcomes, score).probabilities[medium] = score.probability();
            }
            for (ScoredLabel tag : tagger.tag(images.get(medium))) {
                LabelOutcomes outcome = outcome(outcomes, tag);
                outcome.probabilities[medium] = tag.probability();
                outcome.tagged[medium] = true;
            }
        }
        return List.copyOf(outcomes.values());
    }

    private static LabelOutcomes outcome(Map<String, LabelOutcomes> outcomes, ScoredLabel score) {
        return Objects.requireNonNull(outcomes.get(score.labelId()));
    }
}
