package dev.clipstream.tag.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.label.LabelSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaveOneOutTest {
    private static final int DIMENSION = 12;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theSharesAndWeightsAreThoseOfRebuildingEveryVectorWithoutTheExample(long seed) {
        // given: noisy examples around hidden directions, of which the texts know little
        Library library = new Library(seed);

        // when
        WeightChoice exclusive = library.choose(LabelSet.Mode.EXCLUSIVE);
        WeightChoice multi = library.choose(LabelSet.Mode.MULTI);

        // then
        double best = -1;
        double[] bestShares = new double[library.texts.size()];
        double weight = 0;
        double margin = 0;
        for (double tried : LeaveOneOut.GRID) {
            Naive naive = new Naive(library, tried);
            if (naive.share() > best + 1e-12 || (naive.share() > best - 1e-12 && naive.margin > margin + 1e-12)) {
                best = naive.share();
                margin = naive.margin;
                weight = tried;
                bestShares = naive.shares();
            }
        }
        double[] before = new Naive(library, 0).shares();
        for (int label = 0; label < library.texts.size(); label++) {
            WeightChoice.Outcome outcome = exclusive.labels().get(label);
            if (outcome.positives() + outcome.negatives() > 0) {
                assertThat(outcome.weight()).isEqualTo(outcome.positives() > 0 ? weight : 0);
                assertThat(outcome.before()).isCloseTo(before[label], within(1e-12));
                assertThat(outcome.after()).isCloseTo(bestShares[label], within(1e-12));
            } else {
                assertThat(outcome.weight()).isZero();
            }
            WeightChoice.Outcome own = multi.labels().get(label);
            if (own.positives() > 1) {
                assertThat(own.before()).isCloseTo(Naive.ordered(library, label, 0), within(1e-12));
                assertThat(own.after()).isCloseTo(Naive.ordered(library, label, own.weight()), within(1e-12));
                for (double tried : LeaveOneOut.GRID) {
                    assertThat(own.after()).isGreaterThanOrEqualTo(Naive.ordered(library, label, tried) - 1e-12);
                }
            }
        }
    }

    @Test
    void examplesMendALabelThatItsTextGetsWrong() {
        // given: the text of the second label points away from what the label looks like
        Random random = new Random(1);
        List<Embedding> texts = List.of(axis(0, 1), axis(2, 1));
        Shots wrong = new Shots(around(random, 1, 5), List.of());
        Shots right = new Shots(around(random, 0, 5), List.of());

        // when
        WeightChoice choice =
                LeaveOneOut.choose(LabelSet.Mode.EXCLUSIVE, texts, List.of(right, wrong), null, List.of());

        // then
        assertThat(choice.labels().get(1).before()).isLessThan(1);
        assertThat(choice.labels().get(1).after()).isEqualTo(1);
        assertThat(choice.labels().get(0).after()).isEqualTo(1);
    }

    @Test
    void examplesThatSayNothingKeepTheText() {
        // given: texts that are always right, examples without any direction in common
        Random random = new Random(2);
        List<Embedding> texts = List.of(axis(0, 1), axis(1, 1));
        List<Shots> shots = IntStream.range(0, 2)
                .mapToObj(label -> new Shots(
                        IntStream.range(0, 6)
                                .mapToObj(place -> noisy(random, label, 0.5, 3))
                                .toList(),
                        List.of()))
                .toList();

        // when
        WeightChoice choice = LeaveOneOut.choose(LabelSet.Mode.MULTI, texts, shots, null, List.of());

        // then
        assertThat(choice.labels())
                .allSatisfy(outcome -> assertThat(outcome.after()).isGreaterThanOrEqualTo(outcome.before()));
    }

    @Test
    void oneExampleAloneChangesNothing() {
        // given
        List<Embedding> texts = List.of(axis(0, 1), axis(1, 1));
        List<Shots> shots = List.of(new Shots(List.of(axis(3, 1)), List.of()), Shots.NONE);

        // when
        List<Double> exclusive = LeaveOneOut.choose(LabelSet.Mode.EXCLUSIVE, texts, shots, axis(4, 1), List.of())
                .weights();
        List<Double> multi = LeaveOneOut.choose(LabelSet.Mode.MULTI, texts, shots, axis(4, 1), List.of())
                .weights();

        // then
        assertThat(exclusive).containsExactly(0.0, 0.0);
        assertThat(multi).containsExactly(0.0, 0.0);
    }

    private static List<Embedding> around(Random random, int axis, int count) {
        return IntStream.range(0, count)
                .mapToObj(place -> noisy(random, axis, 1, 0.2))
                .toList();
    }

    private static Embedding noisy(Random random, int axis, double signal, double noise) {
        float[] values = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            values[d] = (float) (noise * random.nextGaussian() + (d == axis ? signal : 0));
        }
        return Embedding.normalize(values);
    }

    private static Embedding axis(int axis, float length) {
        float[] values = new float[DIMENSION];
        values[axis] = length;
        return Embedding.normalize(values);
    }

    /// Random labels: some without examples, some with negatives alone.
    private static final class Library {
        private final List<Embedding> texts = new ArrayList<>();
        private final List<Shots> shots = new ArrayList<>();
        private final List<Embedding> background = new ArrayList<>();
        private final @Nullable Embedding mean;

        private Library(long seed) {
            Random random = new Random(seed);
            for (int label = 0; label < 6; label++) {
                texts.add(noisy(random, label, 0.3, 0.4));
                int positives = label == 5 ? 0 : random.nextInt(6);
                int negatives = random.nextInt(4);
                List<Embedding> shown = new ArrayList<>();
                List<Embedding> not = new ArrayList<>();
                for (int i = 0; i < positives; i++) {
                    shown.add(noisy(random, label, 0.8, 0.3));
                }
                for (int i = 0; i < negatives; i++) {
                    not.add(noisy(random, (label + 1) % 6, 0.8, 0.3));
                }
                shots.add(new Shots(shown, not));
            }
            for (int i = 0; i < 10 * (seed % 2); i++) {
                background.add(noisy(random, random.nextInt(DIMENSION), 0.5, 0.3));
            }
            mean = seed % 3 == 0 ? noisy(random, 7, 1, 0.3) : null;
        }

        private WeightChoice choose(LabelSet.Mode mode) {
            return LeaveOneOut.choose(mode, texts, shots, mean, background);
        }

        private List<Embedding> vectors(List<Shots> shots, double weight) {
            return ClassVectors.of(texts, shots, mean, Collections.nCopies(texts.size(), weight));
        }

        private List<Shots> without(int label, boolean positive, int place) {
            List<Shots> rest = new ArrayList<>(shots);
            List<Embedding> positives = new ArrayList<>(shots.get(label).positives());
            List<Embedding> negatives = new ArrayList<>(shots.get(label).negatives());
            (positive ? positives : negatives).remove(place);
            rest.set(label, new Shots(positives, negatives));
            return rest;
        }
    }

    /// Leave-one-out as a person would do it by hand: every class vector is made anew for every example.
    private static final class Naive {
        private final List<List<Boolean>> right = new ArrayList<>();
        private final List<Boolean> kept = new ArrayList<>();
        private double margin;

        private Naive(Library library, double weight) {
            List<Double> margins = new ArrayList<>();
            for (int label = 0; label < library.texts.size(); label++) {
                List<Boolean> own = new ArrayList<>();
                double sum = 0;
                for (boolean positive : new boolean[] {true, false}) {
                    List<Embedding> examples = examples(library, label, positive);
                    for (int place = 0; place < examples.size(); place++) {
                        List<Embedding> vectors = library.vectors(library.without(label, positive, place), weight);
                        double lead = lead(vectors, examples.get(place), label);
                        own.add(positive == (lead > 0));
                        sum += positive ? lead : -lead;
                    }
                }
                right.add(own);
                if (!own.isEmpty()) {
                    margins.add(sum / own.size());
                }
            }
            double sum = 0;
            for (Embedding picture : library.background) {
                List<Embedding> vectors = library.vectors(library.shots, weight);
                int before = nearest(library.texts, picture);
                int after = nearest(vectors, picture);
                kept.add(before == after || library.shots.get(after).equals(Shots.NONE));
                sum += lead(vectors, picture, before);
            }
            if (!kept.isEmpty()) {
                margins.add(sum / kept.size());
            }
            margin = margins.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }

        private double[] shares() {
            return right.stream().mapToDouble(Naive::share).toArray();
        }

        private double share() {
            List<List<Boolean>> groups = new ArrayList<>(right);
            groups.add(kept);
            return groups.stream()
                    .filter(group -> !group.isEmpty())
                    .mapToDouble(Naive::share)
                    .average()
                    .orElse(0);
        }

        private static double share(List<Boolean> group) {
            return group.stream().filter(one -> one).count() / (double) group.size();
        }

        private static double ordered(Library library, int label, double weight) {
            List<Double> shows = new ArrayList<>();
            List<Double> counter = new ArrayList<>();
            for (int of = 0; of < library.texts.size(); of++) {
                for (boolean positive : new boolean[] {true, false}) {
                    List<Embedding> examples = examples(library, of, positive);
                    for (int place = 0; place < examples.size() && (positive || of == label); place++) {
                        double cosine = library.vectors(library.without(of, positive, place), weight)
                                .get(label)
                                .cosine(examples.get(place));
                        (positive && of == label ? shows : counter).add(cosine);
                    }
                }
            }
            for (Embedding picture : library.background) {
                counter.add(library.vectors(library.shots, weight).get(label).cosine(picture));
            }
            double right = 0;
            for (double above : shows) {
                for (double below : counter) {
                    right += above > below ? 1 : above == below ? 0.5 : 0;
                }
            }
            return right / (shows.size() * (double) counter.size());
        }

        private static List<Embedding> examples(Library library, int label, boolean positive) {
            Shots shots = library.shots.get(label);
            return positive ? shots.positives() : shots.negatives();
        }

        private static double lead(List<Embedding> vectors, Embedding picture, int label) {
            double other = IntStream.range(0, vectors.size())
                    .filter(one -> one != label)
                    .mapToDouble(one -> vectors.get(one).cosine(picture))
                    .max()
                    .orElse(-1);
            return vectors.get(label).cosine(picture) - other;
        }

        private static int nearest(List<Embedding> vectors, Embedding picture) {
            int nearest = 0;
            for (int label = 1; label < vectors.size(); label++) {
                nearest = vectors.get(label).cosine(picture)
                                > vectors.get(nearest).cosine(picture)
                        ? label
                        : nearest;
            }
            return nearest;
        }
    }
}
