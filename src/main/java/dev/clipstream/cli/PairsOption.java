package dev.clipstream.cli;

import dev.clipstream.train.Pairs;
import dev.clipstream.train.data.CaptionedPicture;
import dev.clipstream.train.data.Manifest;
import dev.clipstream.train.data.ManifestPairs;
import dev.clipstream.train.data.PictureFolder;
import dev.clipstream.train.scene.Annotations;
import dev.clipstream.train.scene.CbdtFont;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.ScenePairs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// What a training learns from.
final class PairsOption {
    /// Broken pictures that are named one by one.
    private static final int NAMED = 20;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--caption-from",
            paramLabel = "file|folder",
            description =
                    "With --images: captions from cup.txt beside cup.jpg, or the name of its folder. Default: ${DEFAULT-VALUE}.")
    private CaptionFrom captionFrom = CaptionFrom.FILE;

    @Option(
            names = "--hold-out",
            paramLabel = "PART",
            description = "Part of the pictures that is only measured on. Default: ${DEFAULT-VALUE}.")
    private double holdOut = 0.05;

    /// Where a folder's captions are.
    enum CaptionFrom {
        /// In a text file beside each picture.
        FILE,
        /// In the folder's name.
        FOLDER
    }

    /// One of these.
    static final class Source {
        @Option(
                names = "--pairs",
                paramLabel = "MANIFEST",
                description =
                        "JSON Lines of {\"image\": path, \"texts\": [...]}, or a CSV with columns image and text.")
        private @Nullable Path manifest;

        @Option(names = "--images", paramLabel = "DIR", description = "A folder of pictures with captions.")
        private @Nullable Path folder;

        @Option(
                names = "--scenes",
                description = "Scenes made up of emoji (needs Debian's fonts-noto-color-emoji and unicode-cldr-core).")
        private boolean scenes;
    }

    /// @param size of the model's input
    /// @param seed of the split and of each step's choice
    Pairs read(int size, long seed) throws IOException, SceneException {
        if (source.scenes) {
            return ScenePairs.open(CbdtFont.DEBIAN, Annotations.DEBIAN, size, seed);
        }
        List<CaptionedPicture> pictures = pictures();
        AtomicInteger broken = new AtomicInteger();
        ManifestPairs pairs = ManifestPairs.read(pictures, size, holdOut, seed, (file, failure) -> {
            if (broken.incrementAndGet() <= NAMED) {
                System.err.println("left out: " + file + ": " + Failures.explain(failure));
            }
        });
        if (broken.get() > 0) {
            System.err.println(broken + " of " + pictures.size() + " pictures are broken and were left out");
        }
        System.err.println(
                pairs.size() + " pictures to train on, " + pairs.heldOut().size() + " held out");
        return pairs;
    }

    private List<CaptionedPicture> pictures() throws IOException {
        if (source.manifest != null) {
            return Manifest.read(source.manifest);
        }
        Path folder = source.folder == null ? Path.of("") : source.folder;
        return captionFrom == CaptionFrom.FOLDER
                ? PictureFolder.byFolderName(folder)
                : PictureFolder.withCaptionFiles(folder);
    }

    /// What the pairs are, for the model card.
    String describe() {
        if (source.scenes) {
            return "scenes composed of the glyphs of Noto Color Emoji (SIL Open Font License 1.1), captioned in English and"
                    + " Chinese with the names and keywords of Unicode CLDR (Unicode License)";
        }
        Path named = source.manifest != null ? source.manifest : source.folder;
        return "pictures and captions of " + (named == null ? "" : named.getFileName())
                + ", whose licence is its owner's";
    }
}
