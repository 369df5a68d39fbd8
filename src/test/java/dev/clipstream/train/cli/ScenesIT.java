package dev.clipstream.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.Program;
import dev.clipstream.Program.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenesIT {
    @TempDir
    Path folder;

    @Test
    void aMissingFontIsReportedWithThePackageToInstall() {
        String missing = folder.resolve("NotoColorEmoji.ttf").toString();

        Result result = Program.run("scenes", "--font", missing, "--out", folder.toString());

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(3);
        assertThat(result.err()).hasSize(1).first().asString().contains(missing, "fonts-noto-color-emoji");
    }

    @Test
    void anInvalidSizeIsAWrongArgument() {
        Result result = Program.run("scenes", "--size", "3", "--out", folder.toString());

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).hasSize(1).first().asString().contains("--size");
    }
}
