package dev.clipstream.train.cli;

import dev.clipstream.train.data.CaptionedImage;
import dev.clipstream.train.data.ImageFolder;
import dev.clipstream.train.data.Manifest;
import dev.clipstream.train.data.ManifestPairs;
import dev.clipstream.train.data.Pairs;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.pairs.ScenePairs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that name training data.
final class PairsOption {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--caption-from",
            paramLabel = "file|folder",
            description =
                    "With --images: captions from cup.txt next to cup.jpg, or the name of its folder. Default: file.")
    private CaptionFrom captionFrom = CaptionFrom.FILE;

    @Option(
            names = "--hold-out",
            paramLabel = "PART",
            description = "Share of the images that is kept out of training, to measure on. Default: ${DEFAULT-VALUE}.")
    private double holdOut = 0.05;

    @Mixin
    private final SceneSourceOptions scenes = new SceneSourceOptions();

    private List<CaptionedImage> heldOut = List.of();

    /// Where a folder's captions are.
    enum CaptionFrom {
        /// In a text file next to each image.
        FILE,
        /// In the folder's name.
        FOLDER
    }

    /// The sources, one of which is required.
    static final class Source extends ManifestSource {
        @Option(names = "--images", paramLabel = "DIR", description = "A folder of images with captions.")
        private @Nullable Path folder;

        @Option(
                names = "--scenes",
                description =
                        "Synthetic scenes of emoji (needs Debian's fonts-noto-color-emoji and unicode-cldr-core).")
        private boolean scenes;
    }

    /// Returns the share of the images that is only measured on, as given.
    double holdOut() {
        return holdOut;
    }

    /// Reads the pairs.
    ///
    /// @param size    of the model's input in pixels
    /// @param holdOut share of the images that no step sees, at least 0 and below 1
    /// @param seed    of the split and of each step's draws
    Pairs read(int size, double holdOut, long seed) throws IOException, SceneException {
        if (source.scenes) {
            return ScenePairs.open(scenes.font(), scenes.annotations(), size, seed);
        }
        SkippedInputs leftOut = new SkippedInputs();
        List<CaptionedImage> pictures = pictures(leftOut);
        System.err.println("reading " + pictures.size() + " images");
        ManifestPairs pairs = ManifestPairs.read(pictures, size, holdOut, seed, leftOut::add);
        if (leftOut.count() > 0) {
            System.err.println(leftOut.count() + " lines or images cannot be used and were left out");
        }
        heldOut = pairs.heldOutPictures();
        System.err.println(pairs.size() + " images to train on, " + heldOut.size() + " held out");
        return pairs;
    }

    private List<CaptionedImage> pictures(SkippedInputs leftOut) throws IOException {
        Path manifest = source.manifest();
        if (manifest != null) {
            return Manifest.read(manifest, leftOut::add);
        }
        Path folder = source.folder == null ? Path.of("") : source.folder;
        return captionFrom == CaptionFrom.FOLDER
                ? ImageFolder.byFolderName(folder, leftOut::add)
                : ImageFolder.withCaptionFiles(folder, leftOut::add);
    }

    /// Writes the held-out images as a manifest for `evaluate --pairs`. Does nothing for scenes.
    void writeHeldOut(Path file) throws IOException {
        if (!heldOut.isEmpty()) {
            Manifest.write(file, heldOut);
        }
    }

    /// Returns an error message for options that do not go together, or null.
    ///
    /// @param typed whether an option was given
    @Nullable
    String wrong(Predicate<String> typed) {
        if (source.scenes && typed.test("--hold-out")) {
            return "--hold-out: Expected no value with --scenes, which have a fixed split, found one. Leave it out.";
        }
        if (!source.scenes && (typed.test("--font") || typed.test("--annotations"))) {
            return "--font, --annotations: Expected no values without --scenes, found some. Leave them out.";
        }
        return source.folder == null && typed.test("--caption-from")
                ? "--caption-from: Expected no value without --images, found one. Leave it out."
                : null;
    }

    /// Describes the pairs for the model card.
    String describe() {
        if (source.scenes) {
            return "synthetic scenes composed of the glyphs of Noto Color Emoji (SIL Open Font License 1.1), captioned in English and"
                    + " Chinese with the names and keywords of Unicode CLDR (Unicode License)";
        }
        Path manifest = source.manifest();
        Path named = manifest != null ? manifest : source.folder;
        return "images and captions of "
                + (named == null ? "" : named.toAbsolutePath().normalize().getFileName())
                + ", under its owner's licence";
    }
}
