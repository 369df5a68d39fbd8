package dev.clipstream.image.preprocess;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.codec.StoppedThreads;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.Pixels;
import dev.clipstream.image.resample.Axis;
import dev.clipstream.image.resample.Placement;
import dev.clipstream.image.resample.Resampler;
import java.util.Optional;

/// Converts encoded images, which are hostile, to the input of a model.
///
/// Recognises the format, reads the header, checks limits, decodes, turns, resizes and crops. Keeps no state between
/// calls and is safe for use by any number of threads. Decoding costs CPU time, so use as many threads as there are
/// cores. All calls share one allowance of memory, for which large images wait.
public final class ImagePreprocessor {
    /// A reduced decode keeps at least this many samples for each sample of the model's input. At 2.0, an image of fine
    /// colour patterns is already off by 14 levels in places.
    private static final double OVERSAMPLING = 2.25;

    /// At 8 only the mean of each block remains, and the error is four times that of 4.
    private static final int LARGEST_REDUCTION = 4;

    /// Resizing takes memory in proportion to the longest side, even if the image has only one row.
    private static final int MAX_SIDE = 1 << 17;

    /// The largest number of pixels whose three bytes each fit in one array.
    private static final long MAX_ADDRESSABLE_PIXELS = 700_000_000;

    /// The part of the memory for decoding that may stay with the resampler between two images.
    private static final int RESAMPLING_PART = 16;

    private final Preprocessing model;
    private final DecodeMode mode;
    private final ImageLimits limits;
    private final ImageFormats formats;
    private final DecodeMemory memory;
    private final Resampler resampler;

    /// Creates a preprocessor with native decoders where they load, otherwise with portable ones.
    ///
    /// @param preprocessing what the model requires
    /// @param mode          how much of a JPEG is decoded
    /// @param limits        checked before anything is allocated
    public ImagePreprocessor(Preprocessing preprocessing, DecodeMode mode, ImageLimits limits) {
        this(preprocessing, mode, limits, ImageFormats.all(Codecs.best()));
    }

    ImagePreprocessor(Preprocessing preprocessing, DecodeMode mode, ImageLimits limits, ImageFormats formats) {
        this.model = preprocessing;
        this.mode = mode;
        this.limits = limits;
        this.formats = formats;
        this.memory = new DecodeMemory(limits.maxDecodeMemory());
        this.resampler = new Resampler(limits.maxDecodeMemory() / RESAMPLING_PART);
    }

    /// Returns the model's input for an image. Of an animation the first frame counts, of a document the first page.
    ///
    /// @param encoded a file of a supported format; read only
    /// @throws ImageException if the file is not a valid image, is truncated, or exceeds the limits; no other exception
    ///                        is thrown for any bytes
    public PreparedImage prepare(byte[] encoded) throws ImageException {
        return prepare(encoded, (width, height) -> model);
    }

    /// Checks that a file begins like an image that is within the limits, so that it can be decoded later. Reads only
    /// the header. That of a JPEG may take a thousandth of a second for each MiB of the file.
    ///
    /// @param encoded as for [#prepare]; in use until the image is prepared
    /// @throws ImageException as for [#prepare], as far as the header shows it
    public CheckedImage read(byte[] encoded) throws ImageException {
        try {
            EncodedImage image = header(encoded);
            rejectIfTooLarge(encoded.length, image);
            DecodeCost cost = cost(image, reduction(image, model));
            return new CheckedImage() {
                @Override
                public DecodeCost cost() {
                    return cost;
                }

                @Override
                public PreparedImage prepare() throws ImageException {
                    return ImagePreprocessor.this.prepare(() -> image, encoded.length, (width, height) -> model);
                }
            };
        } catch (RuntimeException | StackOverflowError | InternalError defect) {
            throw corrupt(defect);
        }
    }

    /// Returns a small view of the whole image, upright, with its sides in proportion.
    ///
    /// @param encoded as for [#prepare]
    /// @param side    pixels of the longest side, at least 1; a smaller image keeps its size
    /// @throws ImageException as for [#prepare]
    public RgbImage thumbnail(byte[] encoded, int side) throws ImageException {
        return prepare(encoded, (width, height) -> {
                    double shrink = Math.min(1, (double) side / Math.max(width, height));
                    return new Preprocessing(
                            (int) Math.max(1, Math.round(width * shrink)),
                            (int) Math.max(1, Math.round(height * shrink)),
                            Preprocessing.Fit.SQUASH,
                            Preprocessing.Filter.BICUBIC,
                            Preprocessing.CropRounding.FLOOR,
                            model.mean(),
                            model.std());
                })
                .modelInput();
    }

    /// Checks that a file begins like an image that is within the limits. Reads only the header.
    ///
    /// @return the number of pixels, width times height
    /// @throws ImageException as for [#prepare], as far as the header shows it
    public long check(byte[] encoded) throws ImageException {
        try {
            EncodedImage image = header(encoded);
            rejectIfTooLarge(encoded.length, image);
            return (long) image.width() * image.height();
        } catch (RuntimeException | StackOverflowError | InternalError defect) {
            throw corrupt(defect);
        }
    }

    /// Returns by how much [#prepare] reduces both sides of an image while it decodes it.
    ///
    /// @throws ImageException as for [#check]
    public int reduction(byte[] encoded) throws ImageException {
        try {
            return reduction(header(encoded), model);
        } catch (RuntimeException | StackOverflowError | InternalError defect) {
            throw corrupt(defect);
        }
    }

    /// Returns the name of the format that a file begins like, such as `PNG`, or empty for none.
    public Optional<String> format(byte[] encoded) {
        return formats.nameOf(encoded);
    }

    /// Returns the model's input for an image that is decoded already: resizes and crops it.
    public RgbImage fit(RgbImage decoded) {
        Pixels pixels = new HeapPixels(decoded.width(), decoded.height(), decoded.pixels());
        try {
            return fit(model, pixels, Orientation.UPRIGHT, decoded.width(), decoded.height(), 1);
        } catch (ImageException impossible) {
            throw new IllegalStateException("Expected pixels in memory, found some that fail.", impossible);
        }
    }

    /// The output for an image of a given size.
    private interface Shape {
        Preprocessing of(int width, int height);
    }

    /// Reads the header of an image.
    private interface Header {
        EncodedImage read() throws ImageException;
    }

    private PreparedImage prepare(byte[] encoded, Shape shape) throws ImageException {
        return prepare(() -> header(encoded), encoded.length, shape);
    }

    private PreparedImage prepare(Header header, int bytes, Shape shape) throws ImageException {
        try {
            return prepareChecked(header.read(), bytes, shape);
        } catch (RuntimeException | StackOverflowError | InternalError defect) {
            throw corrupt(defect);
        } catch (OutOfMemoryError full) {
            // the memory that this image needs was granted, so the image is not the cause
            throw new ImageException(
                    RejectionReason.DECODE_OUT_OF_MEMORY,
                    "Expected memory for an image that fits, found the heap full of other work. Try again later, or"
                            + " raise the heap (-Xmx).",
                    full);
        }
    }

    private static ImageException corrupt(Throwable defect) {
        return ImageException.corrupt("an image", "bytes on which the decoder failed with " + defect, defect);
    }

    private EncodedImage header(byte[] encoded) throws ImageException {
        if (encoded.length == 0) {
            throw new ImageException(RejectionReason.EMPTY, "Expected an image, found no bytes. Send its bytes.", null);
        }
        if (encoded.length > limits.maxBytes()) {
            throw new ImageException(
                    RejectionReason.TOO_LARGE,
                    "Expected an image of at most " + limits.maxBytes() + " bytes, found " + encoded.length
                            + ". Send a smaller one, or raise the limit.",
                    null);
        }
        return formats.read(encoded);
    }

    private PreparedImage prepareChecked(EncodedImage image, int bytes, Shape shape) throws ImageException {
        rejectIfTooLarge(bytes, image);
        boolean turned = image.orientation().swapsSides();
        int width = turned ? image.height() : image.width();
        int height = turned ? image.width() : image.height();
        Preprocessing wanted = shape.of(width, height);
        int reduction = reduction(image, wanted);
        Footprint decoding = image.footprint(reduction);
        Footprint turning = turned ? Footprint.onHeap(3L * width * height / reduction / reduction) : Footprint.NONE;
        Footprint fitting = Footprint.onHeap(Resampler.bytes(wanted, width, height));
        Footprint needed = decoding.plus(turning).plus(fitting);
        try (DecodeMemory.Share share = memory.take(needed, cost(image, reduction));
                StoppedThreads.Remedy _ = StoppedThreads.release(share::close)) {
            return decode(image, wanted, reduction, width, height);
        } catch (OutOfMemoryError full) {
            // a heap that other work fills may have room when no other image is decoded
            try (DecodeMemory.Share share = memory.takeAll();
                    StoppedThreads.Remedy _ = StoppedThreads.release(share::close)) {
                return decode(image, wanted, reduction, width, height);
            }
        }
    }

    private static DecodeCost cost(EncodedImage image, int reduction) {
        return DecodeCost.of((long) image.width() * image.height() / reduction);
    }

    private PreparedImage decode(EncodedImage image, Preprocessing wanted, int reduction, int width, int height)
            throws ImageException {
        try (Pixels seen = image.orientation().apply(image.decode(reduction))) {
            RgbImage fitted = fit(wanted, seen, image.orientation(), width, height, reduction);
            seen.checkRest();
            return new PreparedImage(fitted, width, height);
        }
    }

    private void rejectIfTooLarge(int bytes, EncodedImage image) throws ImageException {
        int width = image.width();
        int height = image.height();
        long maxPixels = Math.min(limits.maxPixels(), MAX_ADDRESSABLE_PIXELS);
        if ((long) width * height > maxPixels || Math.max(width, height) > MAX_SIDE) {
            throw new ImageException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "Expected an image of at most " + maxPixels + " pixels and " + MAX_SIDE + " on a side, found "
                            + width + " x " + height + ". Send a smaller one, or raise the limit.",
                    null);
        }
        if (bytes < image.leastBytes()) {
            throw new ImageException(
                    RejectionReason.TRUNCATED,
                    "Expected at least " + image.leastBytes() + " bytes for an image of " + width + " x " + height
                            + " pixels, found " + bytes + ". Send the whole file, or fewer pixels.",
                    null);
        }
    }

    private int reduction(EncodedImage image, Preprocessing wanted) {
        if (mode == DecodeMode.EXACT) {
            return 1;
        }
        boolean turned = image.orientation().swapsSides();
        int width = turned ? image.height() : image.width();
        int height = turned ? image.width() : image.height();
        Placement placement = Placement.of(wanted, width, height);
        double shrink = Math.min((double) width / placement.scaledWidth(), (double) height / placement.scaledHeight());
        int reduction = 1;
        while (reduction < LARGEST_REDUCTION && reduction * 2 * OVERSAMPLING <= shrink) {
            reduction *= 2;
        }
        return image.reduction(reduction);
    }

    /// Resizes and crops. Uses the size of the full image even where a reduced decode rounded its sides up. In that
    /// case the last stored column or row is only partly image, and after a turn it may be the first.
    private RgbImage fit(Preprocessing wanted, Pixels seen, Orientation turn, int width, int height, int reduction)
            throws ImageException {
        Placement placement = Placement.of(wanted, width, height);
        double applied = seen.width() == width ? 1 : reduction;
        Axis.Side across = new Axis.Side(seen.width(), width / applied, turn.mirrorsColumns());
        Axis.Side down = new Axis.Side(seen.height(), height / applied, turn.mirrorsRows());
        Axis horizontal = Axis.of(wanted.filter(), across, placement.scaledWidth(), placement.left(), wanted.width());
        Axis vertical = Axis.of(wanted.filter(), down, placement.scaledHeight(), placement.top(), wanted.height());
        return resampler.resample(seen, horizontal, vertical);
    }
}
