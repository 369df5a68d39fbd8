package dev.clipstream.train.cli;

import dev.clipstream.train.scene.concept.Annotations;
import dev.clipstream.train.scene.font.CbdtFont;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// What scenes are made of.
final class SceneSourceOptions {
    @Option(
            names = "--font",
            paramLabel = "FILE",
            description = "NotoColorEmoji.ttf. Default: where Debian's package fonts-noto-color-emoji puts it.")
    private Path font = CbdtFont.DEBIAN;

    @Option(
            names = "--annotations",
            paramLabel = "DIR",
            description =
                    "Unicode CLDR's folder of en.xml and zh.xml. Default: where Debian's package unicode-cldr-core puts it.")
    private Path annotations = Annotations.DEBIAN;

    Path font() {
        return font;
    }

    Path annotations() {
        return annotations;
    }
}
