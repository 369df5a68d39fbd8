package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.TsvResource;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// The sample images of the project: everyday concepts in files whose names say what they show, as listed in the
/// resource `samples.tsv`.
final class SampleImages {
    private static final int SMALLEST = 256;
    private static final int STEP = 16;
    private static final int STEPS = 7;

    private SampleImages() {}

    /// Returns the samples.
    ///
    /// @param sampler of held-out scenes
    /// @throws SceneException if the list names an unknown concept, or a pair of concepts that is not held out
    static List<SuiteFiles.Image> of(List<Concept> concepts, SceneSampler sampler, SplittableRandom random)
            throws SceneException {
        List<String> ids = concepts.stream().map(Concept::id).toList();
        List<SuiteFiles.Image> samples = new ArrayList<>();
        for (String[] row : TsvResource.rows(SampleImages.class, "samples.tsv")) {
            int[] things =
                    Arrays.stream(row[2].split(" ", -1)).mapToInt(ids::indexOf).toArray();
            boolean known = IntStream.of(things).allMatch(thing -> thing >= 0);
            boolean different = things.length == 2 && things[0] != things[1];
            if (!known || (different && !sampler.mayMeet(things[0], things[1]))) {
                throw new SceneException(
                        "samples.tsv: " + row[0] + ": Expected everyday concepts that are held out as a pair,"
                                + " found " + row[2] + ". Correct the row.");
            }
            BackgroundColour colour =
                    row[1].isEmpty() ? null : BackgroundColour.valueOf(row[1].toUpperCase(Locale.ROOT));
            samples.add(new SuiteFiles.Image(
                    row[0],
                    sampler.scene(things, sampler.background(colour, random), random),
                    SMALLEST + STEP * random.nextInt(STEPS)));
        }
        return samples;
    }
}
