package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Finds labels whose probabilities do not mean what a reader expects.
final class LabelWarnings {
    /// Vectors that are closer than this are those of one text: cosine above 0.999999. Other batches change a vector's
    /// last digits.
    private static final double SAME_DISTANCE = Math.sqrt(2e-6);

    private static final int MAX_WARNINGS = 20;
    private static final int MAX_NAMES = 5;
    private static final int MAX_QUOTE = 60;

    private LabelWarnings() {}

    /// Returns one sentence for each problem, or the first 20 and the number of others.
    ///
    /// @param calibrations those that apply: a calibrated label needs no others to compete with
    /// @param vectors      of the set's labels, in their order
    static List<String> of(LabelSet set, LabelCalibrations calibrations, List<Embedding> vectors, TextEncoder encoder) {
        List<String> warnings = new ArrayList<>();
        boolean exclusive = set.mode() == LabelSet.Mode.EXCLUSIVE;
        if (exclusive && set.labels().size() == 1 && !calibrations.any()) {
            warnings.add("Expected at least two labels in mode exclusive, found only "
                    + quote(set.labels().getFirst().id())
                    + ", which gets probability 1 for every image. Add labels, or use mode multi.");
        }
        for (List<Integer> group : sharedVectors(vectors)) {
            warnings.add("Expected a vector for each label, found one that "
                    + names(group.stream()
                            .map(place -> set.labels().get(place).id())
                            .toList())
                    + " share: the model cannot tell their prompts apart"
                    + (exclusive ? ", so they split their probability" : "")
                    + ". Remove or reword all but one.");
        }
        for (Label label : set.labels()) {
            for (String prompt : PromptTemplates.prompts(set, label)) {
                if (encoder.cuts(prompt)) {
                    warnings.add("Expected prompts that the model reads to their end, found a longer one of the label "
                            + quote(label.id()) + ", which is cut: " + quote(prompt) + ". Shorten it.");
                }
            }
        }
        if (warnings.size() > MAX_WARNINGS) {
            int others = warnings.size() - MAX_WARNINGS;
            warnings.subList(MAX_WARNINGS, warnings.size()).clear();
            warnings.add("And " + others + " more like these.");
        }
        return List.copyOf(warnings);
    }

    /// Returns the groups of two or more places with the same vector.
    ///
    /// Compares each vector only with those whose first value is near, because all pairs of 20,000 labels take minutes.
    private static List<List<Integer>> sharedVectors(List<Embedding> vectors) {
        float[][] values = vectors.stream().map(Embedding::toArray).toArray(float[][]::new);
        List<Integer> sorted = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(place -> values[place][0]))
                .toList();
        List<List<Integer>> groups = new ArrayList<>();
        for (int place : sorted) {
            List<Integer> same = null;
            for (int g = groups.size() - 1; g >= 0 && same == null; g--) {
                float[] first = values[groups.get(g).getFirst()];
                if (values[place][0] - first[0] > SAME_DISTANCE) {
                    break;
                }
                if (same(values[place], first)) {
                    same = groups.get(g);
                }
            }
            if (same == null) {
                same = new ArrayList<>();
                groups.add(same);
            }
            same.add(place);
        }
        return groups.stream()
                .filter(group -> group.size() > 1)
                .map(group -> group.stream().sorted().toList())
                .sorted(Comparator.comparing(List::getFirst))
                .toList();
    }

    private static boolean same(float[] left, float[] right) {
        double squares = 0;
        for (int d = 0; d < left.length && squares <= SAME_DISTANCE * SAME_DISTANCE; d++) {
            double difference = left[d] - right[d];
            squares += difference * difference;
        }
        return squares <= SAME_DISTANCE * SAME_DISTANCE;
    }

    private static String names(List<String> ids) {
        String shown = ids.stream().limit(MAX_NAMES).map(LabelWarnings::quote).collect(Collectors.joining(", "));
        return ids.size() > MAX_NAMES ? shown + " and " + (ids.size() - MAX_NAMES) + " more" : shown;
    }

    private static String quote(String text) {
        return text.codePointCount(0, text.length()) <= MAX_QUOTE
                ? "'" + text + "'"
                : "'" + text.substring(0, text.offsetByCodePoints(0, MAX_QUOTE)) + "…'";
    }
}
