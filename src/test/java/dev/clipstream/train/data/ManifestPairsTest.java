package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.train.Pair;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestPairsTest {
    private static final int PICTURES = 20;

    @TempDir
    private Path folder;

    @Test
    void anEpochShowsEveryPictureOnce() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0, 7);

        // when
        List<Pair> epoch = new ArrayList<>();
        for (int step = 0; step < 4; step++) {
            epoch.addAll(pairs.batch(step, PICTURES / 4));
        }

        // then
        assertThat(epoch).extracting(Pair::caption).doesNotHaveDuplicates().hasSize(PICTURES);
    }

    @Test
    void aStepIsTheSameWheneverItIsAskedForAndEpochsDiffer() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0, 7);

        // when
        List<Pair> first = pairs.batch(0, PICTURES);

        // then
        assertThat(read(pictures(), 0, 7).batch(0, PICTURES)).isEqualTo(first);
        assertThat(pairs.batch(1, PICTURES)).extracting(Pair::caption).isNotEqualTo(captions(first));
    }

    @Test
    void theHeldOutPartDependsOnTheSeedAloneAndIsNeverTrainedOn() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0.25, 7);

        // when
        List<String> held = captions(pairs.heldOut());

        // then
        assertThat(held).hasSize(5);
        assertThat(captions(read(pictures(), 0.25, 7).heldOut())).isEqualTo(held);
        assertThat(captions(read(pictures(), 0.25, 8).heldOut())).isNotEqualTo(held);
        assertThat(captions(pairs.batch(0, 15))).doesNotContainAnyElementsOf(held);
    }

    @Test
    void brokenPicturesAreNamedAndLeftOut() throws IOException {
        // given
        List<CaptionedPicture> pictures = new ArrayList<>(pictures());
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
        pictures.add(new CaptionedPicture(broken, List.of("broken")));
        ConcurrentLinkedQueue<Path> named = new ConcurrentLinkedQueue<>();

        // when
        ManifestPairs pairs = ManifestPairs.read(pictures, 16, 0, 1, (file, failure) -> named.add(file));

        // then
        assertThat(named).containsExactly(broken);
        assertThat(pairs.size()).isEqualTo(PICTURES);
    }

    @Test
    void captionsOfAPictureAreNotHeldAgainstIt() throws IOException {
        // given
        List<CaptionedPicture> pictures = pictures().stream()
                .map(one ->
                        new CaptionedPicture(one.image(), List.of(one.texts().getFirst(), "a colour")))
                .toList();

        // when
        List<Pair> batch = read(pictures, 0, 1).batch(0, PICTURES);

        // then
        assertThat(batch).allMatch(pair -> pair.isShownBy("a colour"));
        assertThat(batch).extracting(Pair::caption).contains("a colour").hasSizeGreaterThan(1);
        assertThat(Set.copyOf(captions(batch))).hasSizeGreaterThan(1);
    }

    @Test
    void nothingToTrainOnIsRefused() {
        assertThatThrownBy(() -> read(List.of(), 0, 1))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("At least 2 readable pictures");
    }

    private static List<String> captions(List<Pair> pairs) {
        return pairs.stream().map(Pair::caption).toList();
    }

    private static ManifestPairs read(List<CaptionedPicture> pictures, double holdOut, long seed) throws IOException {
        return ManifestPairs.read(pictures, 16, holdOut, seed, (file, failure) -> {});
    }

    private List<CaptionedPicture> pictures() throws IOException {
        List<CaptionedPicture> pictures = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            BufferedImage image = new BufferedImage(24, 32, BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = image.createGraphics();
            pen.setColor(Color.getHSBColor(i / (float) PICTURES, 1, 1));
            pen.fillRect(0, 0, 24, 32);
            pen.dispose();
            Path file = folder.resolve(i + ".png");
            ImageIO.write(image, "png", file.toFile());
            pictures.add(new CaptionedPicture(file, List.of("colour " + i)));
        }
        return pictures;
    }
}
