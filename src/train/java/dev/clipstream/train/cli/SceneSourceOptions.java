package dev.clipstream.train.cli;

import dev.clipstream.train.scene.concept.Annotations;
import dev.clipstream.train.scene.font.CbdtFont;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The options that name the sources of scenes.
final class SceneSourceOptions {
    @Option(
            names = "--font",
            paramLabel = "FILE",
            description = "NotoColorEmoji.ttf. Default: the file of Debian's package fonts-noto-color-emoji.")
    private Path font = CbdtFont.DEBIAN;

    @Option(
            names = "--annotations",
            paramLabel = "DIR",
            description =
                    "Unicode CLDR's folder of en.xml and zh.xml. Default: the folder of Debian's package unicode-cldr-core.")
    private Path annotations = Annotations.DEBIAN;

    Path font() {
        return font;
    }

    Path annotations() {
        return annotations;
    }
}
