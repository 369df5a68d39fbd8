package dev.clipstream.train.scene.font;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.train.scene.SceneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CbdtFontTest {
    @TempDir
    Path folder;

    @Test
    void everyPictographHasItsOwnImage() throws SceneException {
        CbdtFont font = CbdtFont.parse(TinyFont.bytes());

        for (int i = 0; i < TinyFont.SINGLES; i++) {
            assertThat(font.png(TinyFont.pictograph(i))).contains(TinyFont.disc(TinyFont.colour(i)));
        }
    }

    @Test
    void theEmojiPresentationSelectorIsIgnored() throws SceneException {
        CbdtFont font = CbdtFont.parse(TinyFont.bytes());

        assertThat(font.png(TinyFont.pictograph(3) + "\uFE0F"))
                .contains(font.png(TinyFont.pictograph(3)).orElseThrow());
    }

    @Test
    void aSequenceHasItsOwnImage() throws SceneException {
        CbdtFont font = CbdtFont.parse(TinyFont.bytes());

        assertThat(font.png(TinyFont.SEQUENCE)).contains(TinyFont.disc(TinyFont.colour(TinyFont.SINGLES)));
    }

    @Test
    void otherPictographsHaveNoImage() throws SceneException {
        CbdtFont font = CbdtFont.parse(TinyFont.bytes());

        assertThat(List.of("A", "", "\uFE0F", TinyFont.pictograph(1) + "\u200D" + TinyFont.pictograph(0)))
                .allSatisfy(text -> assertThat(font.png(text)).as(text).isEmpty());
    }

    @Test
    void aTruncatedFontIsRejected() {
        byte[] whole = TinyFont.bytes();
        int needed = whole.length - 1; // the last group of the last table

        for (int length = 0; length <= needed; length += length < 1000 || length > needed - 200 ? 1 : 97) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> CbdtFont.parse(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(SceneException.class)
                    .hasMessageContaining("Expected");
        }
    }

    @Test
    void aDamagedFontIsEitherReadOrRejected() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] whole = TinyFont.bytes();

        for (int attempt = 0; attempt < 3000; attempt++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) {
                // the numeric tables are at both ends, the images in between
                int at = random.nextBoolean() ? random.nextInt(100) : whole.length - 1 - random.nextInt(400);
                damaged[at] = (byte) random.nextInt();
            }
            assertRefusedOrRead(() -> {
                CbdtFont font = CbdtFont.parse(damaged);
                font.png(TinyFont.pictograph(0));
                font.png(TinyFont.SEQUENCE);
            });
        }
    }

    private static void assertRefusedOrRead(ThrowingCallable reading) {
        try {
            reading.call();
        } catch (Throwable refusal) {
            assertThat(refusal).isInstanceOf(SceneException.class).hasMessageContaining("Expected");
        }
    }

    @Test
    void aMissingFontIsReportedWithThePackageToInstall() {
        Path missing = folder.resolve("NotoColorEmoji.ttf");

        assertThatThrownBy(() -> CbdtFont.open(missing))
                .isInstanceOf(SceneException.class)
                .hasMessageStartingWith(missing.toString())
                .hasMessageContaining("fonts-noto-color-emoji")
                .hasMessageContaining("--font");
    }

    @Test
    void anOutlineFontIsRejected() throws IOException {
        // given: no table at all
        byte[] font = new byte[12];
        Path file = Files.write(folder.resolve("outlines.ttf"), font);
        Path text = Files.write(folder.resolve("text.ttf"), "no font".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> CbdtFont.open(file))
                .isInstanceOf(SceneException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining("CBDT");
        assertThatThrownBy(() -> CbdtFont.open(text)).isInstanceOf(SceneException.class);
    }
}
