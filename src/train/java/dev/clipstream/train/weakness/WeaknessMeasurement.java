package dev.clipstream.train.weakness;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.FewShot;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// Measures a model on suites, with the service's preprocessing, taggers and choice of weights.
///
/// Of each class, the first pictures are for examples, in draws of five that share none; the following ones are the
/// test, which is the same for all ways.
public final class WeaknessMeasurement implements AutoCloseable {
    /// Examples per class.
    public static final int EXAMPLES = 5;

    private static final int DRAWS = 5;

    private final ClipModel model;
    private final ImagePreprocessor preprocessor;
    private final ImageEmbedder embedder;

    /// @param model not closed
    public WeaknessMeasurement(ClipModel model) {
        this.model = model;
        this.preprocessor = new ImagePreprocessor(model.preprocessing(), DecodeMode.EXACT, ImageLimits.DEFAULT);
        this.embedder = new ImageEmbedder(model.imageSessions(), BatchSettings.DEFAULT, BatchObserver.NONE);
    }

    /// Returns the number of pictures that a suite needs.
    ///
    /// @param each number of test pictures per class
    public static int pictures(WeaknessSuite suite, int each) {
        return suite.names().size() * (DRAWS * EXAMPLES + each);
    }

    /// A picture's vector and what it shows.
    private record Seen(Embedding vector, int label, int written) {}

    private record Counted(double right, double asWritten) {}

    /// Measures a suite.
    ///
    /// @param each number of test pictures per class, at least 1
    /// @param seen called after each picture
    public WeaknessResult measure(WeaknessSuite suite, int each, Runnable seen) {
        List<List<Seen>> pools = new ArrayList<>();
        List<Seen> test = new ArrayList<>();
        for (int label = 0; label < suite.names().size(); label++) {
            List<Seen> pictures = see(suite, label, DRAWS * EXAMPLES + each, seen);
            pools.add(pictures.subList(0, DRAWS * EXAMPLES));
            test.addAll(pictures.subList(DRAWS * EXAMPLES, pictures.size()));
        }
        Counted zeroShot = count(suite.labels(false), test);
        Counted ensemble = count(suite.labels(true), test);
        List<Counted> draws = new ArrayList<>();
        double weight = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            LabelSet shown = FewShot.chooseWeights(
                            withExamples(suite.labels(true), pools, draw),
                            model.textEncoder(),
                            model.identity(),
                            List.of())
                    .set();
            draws.add(count(shown, test));
            weight += shown.labels().stream()
                            .mapToDouble(Label::exampleWeight)
                            .average()
                            .orElse(0)
                    / DRAWS;
        }
        boolean written = test.getFirst().written() >= 0;
        return new WeaknessResult(
                suite.weakness().toString(),
                suite.names().size(),
                test.size(),
                Accuracy.of(zeroShot.right(), test.size()),
                Accuracy.of(ensemble.right(), test.size()),
                Accuracy.of(draws.stream().mapToDouble(Counted::right).average().orElse(0), test.size()),
                draws.stream().mapToDouble(Counted::right).min().orElse(0) / test.size(),
                draws.stream().mapToDouble(Counted::right).max().orElse(0) / test.size(),
                weight,
                written ? ensemble.asWritten() / test.size() : null,
                written
                        ? draws.stream()
                                        .mapToDouble(Counted::asWritten)
                                        .average()
                                        .orElse(0)
                                / test.size()
                        : null);
    }

    private LabelSet withExamples(LabelSet set, List<List<Seen>> pools, int draw) {
        List<Label> labels = IntStream.range(0, pools.size())
                .mapToObj(label -> set.labels()
                        .get(label)
                        .withExamples(
                                IntStream.range(draw * EXAMPLES, (draw + 1) * EXAMPLES)
                                        .mapToObj(number -> new LabelExample(
                                                "picture " + number,
                                                true,
                                                pools.get(label).get(number).vector()))
                                        .toList(),
                                0))
                .toList();
        return set.with(set.version(), labels, model.identity().fingerprint());
    }

    private Counted count(LabelSet set, List<Seen> test) {
        ZeroShotTagger tagger = ZeroShotTagger.create(set, model.textEncoder(), model.scoring(), model.identity());
        int right = 0;
        int asWritten = 0;
        for (Seen picture : test) {
            int tagged =
                    Integer.parseInt(tagger.tag(picture.vector()).getFirst().labelId());
            right += tagged == picture.label() ? 1 : 0;
            asWritten += tagged == picture.written() ? 1 : 0;
        }
        return new Counted(right, asWritten);
    }

    private List<Seen> see(WeaknessSuite suite, int label, int count, Runnable step) {
        Queue<CompletableFuture<Seen>> flying = new ArrayDeque<>();
        List<Seen> seen = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            WeaknessSuite.Picture picture = suite.picture(label, number);
            flying.add(embedder.submit(preprocessor.fit(picture.image()))
                    .thenApply(vector -> new Seen(vector, label, picture.written())));
            while (flying.size() >= BatchSettings.DEFAULT.maxBatch() || (number == count - 1 && !flying.isEmpty())) {
                seen.add(flying.remove().join());
                step.run();
            }
        }
        return seen;
    }

    @Override
    public void close() {
        embedder.close();
    }
}
