package dev.clipstream.image;

import dev.clipstream.event.RejectionReason;

/// Brings hostile bytes to what a model sees: sniffs, reads the header, checks limits, decodes,
/// turns, resizes, crops.
///
/// Keeps nothing from call to call and is safe for any number of threads; decoding costs CPU, so use as
/// many as there are cores. All calls share one allowance of memory, for which large pictures wait.
public final class ImagePreprocessor {
    /// A reduced decode keeps at least this many samples for each of the model's. At 2.0 a picture of
    /// nothing but fine colour patterns is already off by 14 levels in places.
    private static final double OVERSAMPLING = 2.25;

    /// At 8 only the mean of each block would be left, and the error is four times that of 4.
    private static final int LARGEST_REDUCTION = 4;

    /// What resizing needs grows with the longest side, too; a picture of one row may be
    /// large in nothing else.
    private static final int MAX_SIDE = 1 << 17;

    /// Three bytes each in one array.
    private static final long MAX_ADDRESSABLE_PIXELS = 700_000_000;

    private final Preprocessing model;
    private final DecodeMode mode;
    private final ImageLimits limits;
    private final Codecs codecs;
    private final DecodeMemory memory;

    /// With native decoders where they load, otherwise portable ones.
    ///
    /// @param preprocessing what the model wants
    /// @param mode          how much of a JPEG is decoded
    /// @param limits        checked before anything is allocated
    public ImagePreprocessor(Preprocessing preprocessing, DecodeMode mode, ImageLimits limits) {
        this(preprocessing, mode, limits, Codecs.best());
    }

    ImagePreprocessor(Preprocessing preprocessing, DecodeMode mode, ImageLimits limits, Codecs codecs) {
        this.model = preprocessing;
        this.mode = mode;
        this.limits = limits;
        this.codecs = codecs;
        this.memory = new DecodeMemory(limits.maxDecodeMemory());
    }

    /// Of an animation the first frame counts, of a document the first page.
    ///
    /// @param encoded a JPEG, PNG, WebP, GIF, BMP or TIFF; read only
    /// @throws ImageException when the bytes are no picture, only a part of one, or one beyond the
    ///                        limits; nothing else is thrown, whatever the bytes
    public PreparedImage prepare(byte[] encoded) throws ImageException {
        return prepare(encoded, (width, height) -> model);
    }

    /// A small view of a whole picture, upright, its sides in proportion.
    ///
    /// @param encoded as for [#prepare]
    /// @param side    pixels of its longest side, at least 1; a smaller picture stays as large as it is
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

    /// Looks at the header alone: whether the bytes begin as a picture that is not beyond the limits.
    ///
    /// @throws ImageException as for [#prepare], where the header tells
    public void check(byte[] encoded) throws ImageException {
        try {
            EncodedPicture picture = header(encoded);
            refuseIfTooLarge(picture.width(), picture.height());
        } catch (RuntimeException | StackOverflowError | InternalError defect) {
            throw corrupt(defect);
        }
    }

    /// What a picture of a size is made into.
    private interface Shape {
        Preprocessing of(int width, int height);
    }

    private PreparedImage prepare(byte[] encoded, Shape shape) throws ImageException {
        try {
            return prepareChecked(encoded, shape);
        } catch (RuntimeException | StackOverflowError | InternalError defect) {
            throw corrupt(defect);
        } catch (OutOfMemoryError full) {
            // what this picture needs was counted and found to fit, so it is not the picture's fault
            throw new ImageException(
                    RejectionReason.DECODE_OUT_OF_MEMORY,
                    "Room in memory for a picture that fits was expected, found the heap full of other work: try later"
                            + " or raise the heap (-Xmx)",
                    full);
        }
    }

    /// The same for a picture whose pixels are there already: resized and cropped.
    public RgbImage fit(RgbImage decoded) {
        return fit(
                model,
                new Pixels.OnHeap(decoded.width(), decoded.height(), decoded.pixels()),
                Orientation.UPRIGHT,
                decoded.width(),
                decoded.height(),
                1);
    }

    private static ImageException corrupt(Throwable defect) {
        return new ImageException(
                RejectionReason.CORRUPT,
                "A picture was expected, found bytes on which the decoder failed with " + defect,
                defect);
    }

    private EncodedPicture header(byte[] encoded) throws ImageException {
        if (encoded.length == 0) {
            throw new ImageException(RejectionReason.EMPTY, "A picture was expected, found no bytes", null);
        }
        if (encoded.length > limits.maxBytes()) {
            throw new ImageException(
                    RejectionReason.TOO_LARGE,
                    "A picture of at most " + limits.maxBytes() + " bytes was expected, found " + encoded.length
                            + ": send a smaller one or raise the limit",
                    null);
        }
        return EncodedPicture.of(encoded);
    }

    private PreparedImage prepareChecked(byte[] encoded, Shape shape) throws ImageException {
        EncodedPicture picture = header(encoded);
        refuseIfTooLarge(picture.width(), picture.height());
        boolean turned = picture.orientation().swapsSides();
        int width = turned ? picture.height() : picture.width();
        int height = turned ? picture.width() : picture.height();
        Preprocessing wanted = shape.of(width, height);
        int reduction = picture.reduction(wantedReduction(wanted, width, height));
        Footprint decoding = picture.footprint(codecs, reduction);
        Footprint turning = turned ? Footprint.onHeap(3L * width * height / reduction / reduction) : Footprint.NONE;
        Footprint fitting = Footprint.onHeap(3L * wanted.width() * height);
        try (DecodeMemory.Share _ = memory.take(decoding.plus(turning).plus(fitting));
                Pixels seen = picture.orientation().apply(picture.decode(codecs, reduction))) {
            return new PreparedImage(fit(wanted, seen, picture.orientation(), width, height, reduction), width, height);
        }
    }

    private void refuseIfTooLarge(int width, int height) throws ImageException {
        long maxPixels = Math.min(limits.maxPixels(), MAX_ADDRESSABLE_PIXELS);
        if ((long) width * height > maxPixels || Math.max(width, height) > MAX_SIDE) {
            throw new ImageException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "A picture of at most " + maxPixels + " pixels and " + MAX_SIDE
                            + " on a side was expected, found " + width + " x " + height
                            + ": send a smaller one or raise the limit",
                    null);
        }
    }

    private int wantedReduction(Preprocessing wanted, int width, int height) {
        if (mode == DecodeMode.EXACT) {
            return 1;
        }
        Placement placement = Placement.of(wanted, width, height);
        double shrink = Math.min((double) width / placement.scaledWidth(), (double) height / placement.scaledHeight());
        int reduction = 1;
        while (reduction < LARGEST_REDUCTION && reduction * 2 * OVERSAMPLING <= shrink) {
            reduction *= 2;
        }
        return reduction;
    }

    /// The size and place of the input are those of the full picture, also where a reduced decode
    /// rounded its sides up: then the last stored column or row holds less than the others, and after a
    /// turn it may be the first.
    private static RgbImage fit(
            Preprocessing wanted, Pixels seen, Orientation turn, int width, int height, int reduction) {
        Placement placement = Placement.of(wanted, width, height);
        double applied = seen.width() == width ? 1 : reduction;
        Axis.Side across = new Axis.Side(seen.width(), width / applied, turn.mirrorsColumns());
        Axis.Side down = new Axis.Side(seen.height(), height / applied, turn.mirrorsRows());
        Axis horizontal = Axis.of(wanted.filter(), across, placement.scaledWidth(), placement.left(), wanted.width());
        Axis vertical = Axis.of(wanted.filter(), down, placement.scaledHeight(), placement.top(), wanted.height());
        return Resampler.resample(seen, horizontal, vertical);
    }
}
