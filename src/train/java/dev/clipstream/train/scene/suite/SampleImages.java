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

/// The pictures that come with the project: everyday things under names that say what they show, as the resource
/// `samples.tsv` lists them.
final class SampleImages {
    private static final int SMALLEST = 256;
    private static final int STEP = 16;
    private static final int STEPS = 7;

    private SampleImages() {}

    /// @param sampler of held-out scenes
    /// @throws SceneException if the list names a concept that there is not, or things that may not meet
    static List<SuiteFiles.Picture> of(List<Concept> concepts, SceneSampler sampler, SplittableRandom random)
            throws SceneException {
        List<String> ids = concepts.stream().map(Concept::id).toList();
        List<SuiteFiles.Picture> samples = new ArrayList<>();
        for (String[] row : TsvResource.rows(SampleImages.class, "samples.tsv")) {
            int[] things =
                    Arrays.stream(row[2].split(" ", -1)).mapToInt(ids::indexOf).toArray();
            boolean known = IntStream.of(things).allMatch(thing -> thing >= 0);
            boolean different = things.length == 2 && things[0] != things[1];
            if (!known || (different && !sampler.mayMeet(things[0], things[1]))) {
                throw new SceneException("samples.tsv: " + row[0] + ": everyday things that are held out as a pair were"
                        + " expected, found " + row[2]);
            }
            BackgroundColour colour =
                    row[1].isEmpty() ? null : BackgroundColour.valueOf(row[1].toUpperCase(Locale.ROOT));
            samples.add(new SuiteFiles.Picture(
                    row[0],
                    sampler.scene(things, sampler.background(colour, random), random),
                    SMALLEST + STEP * random.nextInt(STEPS)));
        }
        return samples;
    }
}
