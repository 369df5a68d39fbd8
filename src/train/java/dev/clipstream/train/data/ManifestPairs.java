package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import dev.clipstream.train.tower.Architecture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/// Pairs from the user's own images, which are decoded once and held in memory slightly larger than the model's
/// input.
///
/// Each epoch shows every image once, in another view and with another of its captions. Every other batch puts the
/// captions inside a prompt template, and most batches drop words. The held-out part is drawn by the seed from the
/// manifest's order, so it is the same in every run. Immutable after reading; safe for use by multiple threads.
public final class ManifestPairs implements Pairs {
    /// Ratio of the size of held images to the model's input, so that a crop still fills the input.
    private static final double SURPLUS = 1.25;

    /// Maximum share of the heap for images.
    private static final double MOST_OF_HEAP = 0.7;

    private static final double MIB = 1 << 20;

    /// Maximum number of held-out images on which retrieval is measured during training.
    private static final int MOST_MEASURED = 1000;

    private final List<Photo> trained;
    private final WordFrequency frequency;
    private final List<CaptionedImage> heldOut;
    private final List<Pair> measured;
    private final Augmentation augmentation;
    private final long seed;
    private final String digest;

    private ManifestPairs(
            List<Photo> trained,
            List<CaptionedImage> heldOut,
            List<Pair> measured,
            Augmentation augmentation,
            long seed,
            String digest) {
        this.trained = trained;
        this.frequency = WordFrequency.of(trained);
        this.heldOut = heldOut;
        this.measured = measured;
        this.augmentation = augmentation;
        this.seed = seed;
        this.digest = digest;
    }

    /// Reads all images.
    ///
    /// @param side    of the model's input in pixels
    /// @param holdOut share that no step sees, at least 0 and below 1
    /// @param broken  receives each image that cannot be read and is left out; called from several threads
    /// @throws ManifestException if fewer than two images remain for training, or the images do not fit in memory
    public static ManifestPairs read(
            List<CaptionedImage> pictures, int side, double holdOut, long seed, BiConsumer<Path, Exception> broken)
            throws ManifestException {
        if (!(holdOut >= 0 && holdOut < 1)) {
            throw new IllegalArgumentException("Expected a held-out share of at least 0 and below 1, found " + holdOut);
        }
        List<CaptionedImage> shuffled = new ArrayList<>(pictures);
        Collections.shuffle(shuffled, new Random(seed));
        int apart = (int) Math.round(shuffled.size() * holdOut);
        List<CaptionedImage> others = shuffled.subList(apart, shuffled.size());
        List<CaptionedImage> asked = shuffled.subList(0, Math.min(MOST_MEASURED, apart));
        requireRoom(others.size(), asked.size(), side);
        Set<Path> unreadable = ConcurrentHashMap.newKeySet();
        BiConsumer<Path, Exception> heard = (file, failure) -> {
            unreadable.add(file);
            broken.accept(file, failure);
        };
        List<Photo> trained = Photos.read(others, Architecture.preprocessing(larger(side)), heard);
        if (trained.size() < 2) {
            throw new ManifestException(
                    "Expected at least 2 readable images to train on, found " + trained.size() + " of "
                            + pictures.size() + ", " + apart
                            + " of which are held out. Give more images, or hold out fewer (--hold-out).",
                    null);
        }
        List<Pair> measured = Photos.read(asked, Architecture.preprocessing(side), heard).stream()
                .map(photo -> new Pair(photo.image(), photo.texts().getFirst(), new HashSet<>(photo.texts())))
                .toList();
        List<CaptionedImage> heldOut = shuffled.subList(0, apart).stream()
                .filter(picture -> !unreadable.contains(picture.image()))
                .toList();
        return new ManifestPairs(
                trained,
                heldOut,
                measured,
                new Augmentation(side),
                seed,
                digest(shuffled, unreadable, trained.size(), heldOut.size()));
    }

    /// Returns the side in pixels at which images are held.
    private static int larger(int side) {
        return (int) Math.round(side * SURPLUS);
    }

    /// Checks that the images fit in memory before the first one is decoded.
    private static void requireRoom(int trained, int measured, int side) throws ManifestException {
        double needed = 3.0 * (trained * Math.pow(larger(side), 2) + measured * Math.pow(side, 2)) / MIB;
        double room = MOST_OF_HEAP * Runtime.getRuntime().maxMemory() / MIB;
        if (needed > room) {
            throw new ManifestException(
                    String.format(
                            Locale.ROOT,
                            "Expected images that take at most %.0f MiB of memory, found %d that take %.0f MiB. Give"
                                    + " the JVM more memory (CLIPSTREAM_JAVA_OPTS=-Xmx…), fewer images, or a smaller"
                                    + " --image-size.",
                            room,
                            trained + measured,
                            needed),
                    null);
        }
    }

    /// Digests what decides the order of the images: their names, captions and order, and which are readable. The
    /// images' folder and pixels are not included.
    private static String digest(List<CaptionedImage> shuffled, Set<Path> unreadable, int trained, int heldOut) {
        CRC32C digest = new CRC32C();
        for (CaptionedImage picture : shuffled) {
            String line = picture.image().getFileName() + "\n" + String.join("\n", picture.texts()) + "\n"
                    + unreadable.contains(picture.image()) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return String.format(Locale.ROOT, "%d trained, %d held out, CRC-32C %08x", trained, heldOut, digest.getValue());
    }

    /// Returns the number of images in the training part.
    public int size() {
        return trained.size();
    }

    @Override
    public List<Pair> batch(long step, int size) {
        SplittableRandom ofBatch = new SplittableRandom(seed * 37 + step);
        Prompting prompting = Prompting.of(ofBatch);
        Thinning thinning = Thinning.of(ofBatch);
        List<Photo> photos = new ArrayList<>();
        List<RgbImage> views = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            long place = step * size + i;
            Photo photo = trained.get(shuffled(place / trained.size(), (int) (place % trained.size())));
            SplittableRandom random = new SplittableRandom(seed * 31 + place);
            String text = photo.texts().get(random.nextInt(photo.texts().size()));
            photos.add(photo);
            views.add(augmentation.view(photo.image(), photo.mirrors(), random));
            captions.add(thinning.thin(CaptionWords.of(text), frequency, random));
        }
        List<List<String>> stems =
                captions.stream().map(text -> CaptionWords.of(text).stems()).toList();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Photo photo = photos.get(i);
            Set<String> others = new HashSet<>();
            photo.texts().forEach(text -> others.add(prompting.around(text)));
            for (int j = 0; j < size; j++) {
                if (photo.tells(stems.get(j))) {
                    others.add(prompting.around(captions.get(j)));
                }
            }
            pairs.add(new Pair(views.get(i), prompting.around(captions.get(i)), others));
        }
        return pairs;
    }

    /// Returns the image at a position of an epoch: a permutation of all images, different in each epoch, that needs
    /// no memory.
    private int shuffled(long epoch, int place) {
        int count = trained.size();
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + epoch);
        long[] keys = {random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()};
        int bits = Math.max(1, (33 - Integer.numberOfLeadingZeros(count - 1)) / 2);
        long at = place;
        do { // a Feistel network permutes a power of two; values outside the range are permuted again
            long left = at >> bits;
            long right = at & ((1L << bits) - 1);
            for (long key : keys) {
                long mixed = (right + key) * 0x9E3779B97F4A7C15L;
                long next = left ^ (mixed >>> (64 - bits));
                left = right;
                right = next;
            }
            at = (left << bits) | right;
        } while (at >= count);
        return (int) at;
    }

    /// Returns the held-out images.
    public List<CaptionedImage> heldOutPictures() {
        return heldOut;
    }

    /// Returns the first of the held-out images.
    @Override
    public List<Pair> heldOut() {
        return measured;
    }

    @Override
    public String digest() {
        return digest;
    }

    /// Returns all captions in all templates with plurals in the singular. A tokenizer built from these reads
    /// "watches" as "watch" and a suffix, so that what is learned about one also applies to the other.
    @Override
    public List<String> vocabulary() {
        return CaptionWords.singulars(trained.stream()
                .flatMap(photo -> photo.texts().stream())
                .flatMap(Prompting::everyForm)
                .toList());
    }
}
