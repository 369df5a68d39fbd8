package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.image.RgbImage;
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
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestPairsTest {
    private static final int PICTURES = 20;

    @TempDir
    private Path folder;

    @Test
    void anEpochShowsEveryImageOnce() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0, 7);

        // when
        List<String> epoch = new ArrayList<>();
        for (int step = 0; step < 4; step++) {
            epoch.addAll(numbers(pairs.batch(step, PICTURES / 4)));
        }

        // then
        assertThat(epoch).doesNotHaveDuplicates().hasSize(PICTURES);
    }

    @Test
    void aStepIsReproducibleAndEpochsDiffer() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0, 7);

        // when
        List<Pair> first = pairs.batch(0, PICTURES);

        // then
        assertThat(read(pictures(), 0, 7).batch(0, PICTURES)).isEqualTo(first);
        assertThat(numbers(pairs.batch(1, PICTURES))).isNotEqualTo(numbers(first));
    }

    @Test
    void theHeldOutPartDependsOnlyOnTheSeedAndIsNeverTrainedOn() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0.25, 7);

        // when
        List<String> held = numbers(pairs.heldOut());

        // then
        assertThat(held).hasSize(5);
        assertThat(numbers(read(pictures(), 0.25, 7).heldOut())).isEqualTo(held);
        assertThat(numbers(read(pictures(), 0.25, 8).heldOut())).isNotEqualTo(held);
        assertThat(numbers(pairs.batch(0, 15))).doesNotContainAnyElementsOf(held);
    }

    @Test
    void theDigestCoversImagesCaptionsAndSplit() throws IOException {
        String digest = read(pictures(), 0.25, 7).digest();

        assertThat(read(pictures(), 0.25, 7).digest()).isEqualTo(digest);
        assertThat(read(pictures(), 0.25, 8).digest()).isNotEqualTo(digest);
        assertThat(read(pictures(), 0.2, 7).digest()).isNotEqualTo(digest);
        assertThat(read(pictures().subList(1, PICTURES), 0.25, 7).digest()).isNotEqualTo(digest);
        List<CaptionedImage> recaptioned = pictures().stream()
                .map(one -> new CaptionedImage(one.image(), List.of(one.texts().getFirst() + "!")))
                .toList();
        assertThat(read(recaptioned, 0.25, 7).digest()).isNotEqualTo(digest);
    }

    @Test
    void heldOutImagesAreListedAndReadBack() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0.25, 7);
        Path list = Files.createDirectories(folder.resolve("elsewhere")).resolve("held-out.jsonl");

        // when
        Manifest.write(list, pairs.heldOutPictures());

        // then
        List<CaptionedImage> read = Manifest.read(list, failure -> {
            throw new AssertionError(failure);
        });
        assertThat(read).isEqualTo(pairs.heldOutPictures());
        assertThat(read.stream().map(one -> one.texts().getFirst().replace("colour", "")))
                .containsExactlyElementsOf(numbers(pairs.heldOut()));
    }

    @Test
    void anUnreadableHeldOutImageIsNotListed() throws IOException {
        // given
        List<CaptionedImage> pictures = pictures();
        CaptionedImage broken = read(pictures, 0.25, 7).heldOutPictures().getFirst();
        String digest = read(pictures, 0.25, 7).digest();

        // when
        Files.writeString(broken.image(), "no picture");
        ManifestPairs pairs = read(pictures, 0.25, 7);

        // then
        assertThat(pairs.heldOutPictures()).hasSize(4).doesNotContain(broken);
        assertThat(pairs.digest()).isNotEqualTo(digest);
    }

    @Test
    void anImageWhoseCaptionSaysLeftIsNeverMirrored() throws IOException {
        // given: red on the left, blue on the right
        BufferedImage flag = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = flag.createGraphics();
        pen.setColor(Color.RED);
        pen.fillRect(0, 0, 10, 20);
        pen.setColor(Color.BLUE);
        pen.fillRect(10, 0, 10, 20);
        pen.dispose();
        Path file = folder.resolve("flag.png");
        ImageIO.write(flag, "png", file.toFile());
        Path copy = Files.copy(file, folder.resolve("other.png"));
        ManifestPairs pairs = read(
                List.of(
                        new CaptionedImage(file, List.of("red left of blue")),
                        new CaptionedImage(copy, List.of("a flag"))),
                0,
                1);

        // when
        List<Pair> seen = IntStream.range(0, 40)
                .mapToObj(step -> pairs.batch(step, 2))
                .flatMap(List::stream)
                .toList();

        // then: each batch has one of each
        assertThat(seen.stream().filter(pair -> redIsLeft(pair.image()))).hasSizeBetween(41, 79);
        assertThat(seen)
                .filteredOn(pair -> pair.isShownBy("red left of blue"))
                .isNotEmpty()
                .allMatch(pair -> redIsLeft(pair.image()));
    }

    private static boolean redIsLeft(RgbImage image) {
        return (image.pixels()[0] & 0xFF) > (image.pixels()[(image.width() - 1) * 3] & 0xFF);
    }

    @Test
    void aBatchLargerThanTheSetContainsEveryImage() throws IOException {
        List<Pair> batch = read(pictures(), 0, 7).batch(3, 2 * PICTURES + 5);

        assertThat(batch).hasSize(2 * PICTURES + 5);
        assertThat(Set.copyOf(numbers(batch))).hasSize(PICTURES);
    }

    @Test
    void holdingEverythingOutIsRejected() throws IOException {
        List<CaptionedImage> two = pictures().subList(0, 2);

        assertThatThrownBy(() -> read(two, 0.9, 7))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found 0 of 2, 2 of which are held out")
                .hasMessageContaining("--hold-out");
    }

    @Test
    void imagesThatDoNotFitInMemoryAreRejectedBeforeTheyAreRead() {
        List<CaptionedImage> many = IntStream.range(0, 1000)
                .mapToObj(i -> new CaptionedImage(folder.resolve("no-such-" + i), List.of("a cup")))
                .toList();

        assertThatThrownBy(() -> ManifestPairs.read(many, 20_000, 0, 1, (file, failure) -> {
                    throw new AssertionError(failure);
                }))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("found 1000 that take 1788139 MiB")
                .hasMessageContaining("smaller --image-size");
    }

    @Test
    void brokenImagesAreReportedAndLeftOut() throws IOException {
        // given
        List<CaptionedImage> pictures = new ArrayList<>(pictures());
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
        pictures.add(new CaptionedImage(broken, List.of("broken")));
        ConcurrentLinkedQueue<Path> named = new ConcurrentLinkedQueue<>();

        // when
        ManifestPairs pairs = ManifestPairs.read(pictures, 16, 0, 1, (file, failure) -> named.add(file));

        // then
        assertThat(named).containsExactly(broken);
        assertThat(pairs.size()).isEqualTo(PICTURES);
    }

    @Test
    void otherCaptionsOfAnImageAreNoNegatives() throws IOException {
        // given
        List<CaptionedImage> pictures = pictures().stream()
                .map(one -> new CaptionedImage(one.image(), List.of(one.texts().getFirst(), "any hue")))
                .toList();

        // when
        ManifestPairs pairs = read(pictures, 0, 1);

        // then: in templates, too
        for (int step = 0; step < 8; step++) {
            List<Pair> batch = pairs.batch(step, PICTURES);
            String common = captions(batch).stream()
                    .filter(caption -> caption.contains("any hue"))
                    .findFirst()
                    .orElseThrow();
            assertThat(batch).allMatch(pair -> pair.isShownBy(common));
            assertThat(Set.copyOf(captions(batch))).hasSizeGreaterThan(1);
        }
    }

    @Test
    void halfOfTheBatchesUseAPromptTemplateWhoseWordsAreInTheVocabulary() throws IOException {
        // given
        ManifestPairs pairs = read(pictures(), 0, 7);

        // when
        List<List<String>> batches = IntStream.range(0, 100)
                .mapToObj(step -> captions(pairs.batch(step, 4)))
                .toList();

        // then
        assertThat(batches.stream().filter(batch -> batch.getFirst().matches("colour\\d+")))
                .hasSizeBetween(30, 70)
                .allMatch(batch -> batch.stream().allMatch(caption -> caption.matches("colour\\d+")));
        assertThat(batches)
                .anyMatch(batch -> batch.stream().allMatch(caption -> caption.matches("a photo of a colour\\d+\\.")));
        assertThat(pairs.vocabulary()).contains("colour3", "a photo of a colour3.", "art of the colour3.");
    }

    @Test
    void theRemainingWordsOfACaptionAreNoNegativesOfImagesWhoseCaptionsContainThem() throws IOException {
        // given ten shirts and ten shoes, each with a number
        List<CaptionedImage> titled = new ArrayList<>();
        for (CaptionedImage picture : pictures()) {
            int number = titled.size();
            titled.add(new CaptionedImage(
                    picture.image(), List.of("Acme " + number + (number % 2 == 0 ? " Shirt" : " Shoe"))));
        }
        ManifestPairs pairs = read(titled, 0, 1);

        // when
        List<List<Pair>> withShirtAlone = IntStream.range(0, 60)
                .mapToObj(step -> pairs.batch(step, PICTURES))
                .filter(batch -> captions(batch).contains("Shirt"))
                .toList();

        // then
        assertThat(withShirtAlone).isNotEmpty().allSatisfy(batch -> {
            assertThat(batch).filteredOn(pair -> pair.isShownBy("Shirt")).hasSize(PICTURES / 2);
            assertThat(batch)
                    .filteredOn(pair -> pair.caption().contains("Shoe"))
                    .noneMatch(pair -> pair.isShownBy("Shirt"));
        });
    }

    @Test
    void aChineseCaptionGetsAChineseTemplate() {
        assertThat(new Prompting(0).around("狗")).isEqualTo("狗的照片。");
        assertThat(new Prompting(0).around("dog")).isEqualTo("a photo of a dog.");
        assertThat(new Prompting(-1).around("狗")).isEqualTo("狗");
    }

    @Test
    void anEmptyTrainingPartIsRejected() {
        assertThatThrownBy(() -> read(List.of(), 0, 1))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("Expected at least 2 readable images");
    }

    /// Returns what distinguishes the images, without the template.
    private static List<String> numbers(List<Pair> pairs) {
        return pairs.stream().map(pair -> pair.caption().replaceAll("\\D", "")).toList();
    }

    private static List<String> captions(List<Pair> pairs) {
        return pairs.stream().map(Pair::caption).toList();
    }

    private static ManifestPairs read(List<CaptionedImage> pictures, double holdOut, long seed) throws IOException {
        return ManifestPairs.read(pictures, 16, holdOut, seed, (file, failure) -> {});
    }

    private List<CaptionedImage> pictures() throws IOException {
        List<CaptionedImage> pictures = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            BufferedImage image = new BufferedImage(24, 32, BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = image.createGraphics();
            pen.setColor(Color.getHSBColor(i / (float) PICTURES, 1, 1));
            pen.fillRect(0, 0, 24, 32);
            pen.dispose();
            Path file = folder.resolve(i + ".png");
            ImageIO.write(image, "png", file.toFile());
            pictures.add(new CaptionedImage(file, List.of("colour" + i)));
        }
        return pictures;
    }
}
