package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;

/// Tells which kinds of TIFF are supported, and names the first property of a file that is not.
final class TiffKinds {
    static final int UNSIGNED = 1;
    static final int NO_PREDICTOR = 1;
    static final int DIFFERENCES = 2;

    private TiffKinds() {}

    /// The properties of a TIFF on which support depends, with TIFF's numbers.
    ///
    /// @param compression  tag 259
    /// @param photometric  tag 262
    /// @param sampleFormat tag 339
    /// @param samples      of a pixel
    /// @param bits         of a sample
    /// @param predictor    tag 317
    /// @param planar       whether each sample has tiles of its own
    record Kind(
            int compression, int photometric, int sampleFormat, int samples, int bits, int predictor, boolean planar) {}

    /// Checks that a kind is supported.
    ///
    /// @throws ImageException that names the property that is not
    static void check(Kind kind) throws ImageException {
        int bits = kind.bits;
        int samples = kind.samples;
        boolean jpeg = kind.compression == TiffCompression.JPEG;
        if (!TiffCompression.isKnown(kind.compression)) {
            throw refused(
                    "a TIFF that is plain or compressed with LZW, Deflate, PackBits, JPEG or as a fax",
                    compression(kind.compression));
        }
        if (kind.sampleFormat != UNSIGNED) {
            throw refused("a TIFF of unsigned samples (sample format 1)", sampleFormat(kind.sampleFormat, bits));
        }
        if (samples < 1) {
            throw ImageException.corrupt("a TIFF of at least one sample for each pixel", Integer.toString(samples));
        }
        switch (kind.photometric) {
            case TiffFile.WHITE_IS_ZERO, TiffFile.BLACK_IS_ZERO -> {
                boolean twelve = bits == 12 && samples == 1 && kind.photometric == TiffFile.BLACK_IS_ZERO;
                require(bits == 8 || bits == 16 || twelve || (samples == 1 && isPacked(bits)), "grey", kind);
                require(samples <= 2, "grey", kind);
            }
            case TiffFile.RGB -> require(samples >= 3 && samples <= 6 && (bits == 8 || bits == 16), "RGB", kind);
            case TiffFile.PALETTE ->
                require(samples <= 2 && (bits == 8 || (samples == 1 && isPacked(bits))) && !jpeg, "palette", kind);
            case TiffFile.CMYK -> require(samples >= 4 && samples <= 6 && (bits == 8 || bits == 16), "CMYK", kind);
            case TiffFile.YCBCR -> {
                if (!jpeg) {
                    throw refused("a TIFF of YCbCr in JPEG compression", "YCbCr with " + compression(kind.compression));
                }
                require(samples == 3, "YCbCr", kind);
            }
            default ->
                throw refused("a TIFF of grey, RGB, palette, CMYK or YCbCr pixels", photometric(kind.photometric));
        }
        if (jpeg && (bits != 8 || samples == 2 || samples > 4 || kind.planar)) {
            throw refused(
                    "a JPEG TIFF of 1, 3 or 4 interleaved samples of 8 bits",
                    samples + (kind.planar ? " planes" : " samples") + " of " + bits + " bits");
        }
        if (TiffFax.isFax(kind.compression) && (bits != 1 || samples != 1)) {
            throw refused("a fax of one sample of 1 bit in a TIFF", samples + " of " + bits + " bits");
        }
        boolean adds = kind.compression == TiffCompression.LZW
                || kind.compression == TiffCompression.DEFLATE
                || kind.compression == TiffCompression.OLD_DEFLATE;
        if (adds && kind.predictor != NO_PREDICTOR && (kind.predictor != DIFFERENCES || (bits != 8 && bits != 16))) {
            throw refused(
                    "a TIFF without a predictor, or with predictor 2 on 8 or 16 bits",
                    "predictor " + kind.predictor + " on " + bits + " bits");
        }
    }

    private static boolean isPacked(int bits) {
        return bits == 1 || bits == 2 || bits == 4;
    }

    private static void require(boolean supported, String colours, Kind kind) throws ImageException {
        if (!supported) {
            throw refused(
                    (colours.equals("RGB") ? "an " : "a ") + colours + " TIFF of "
                            + switch (colours) {
                                case "grey" -> "1 or 2 samples of 1, 2, 4, 8, 12 or 16 bits";
                                case "palette" -> "1 or 2 samples of 1, 2, 4 or 8 bits";
                                case "YCbCr" -> "3 samples of 8 bits";
                                default -> "3 to 6 samples of 8 or 16 bits";
                            },
                    kind.samples + " of " + kind.bits + " bits");
        }
    }

    private static ImageException refused(String expected, String found) {
        return ImageException.unsupported(expected, found, "Save it as 8-bit RGB with LZW or Deflate compression.");
    }

    private static String compression(int number) {
        return switch (number) {
            case TiffCompression.NONE -> "no compression";
            case TiffCompression.LZW -> "LZW compression";
            case TiffCompression.DEFLATE, TiffCompression.OLD_DEFLATE -> "Deflate compression";
            case TiffCompression.PACK_BITS -> "PackBits compression";
            case 6 -> "JPEG compression of the old style (6)";
            case 9, 10, 34661 -> "JBIG compression (" + number + ")";
            case 32766 -> "NeXT compression (32766)";
            case 32809 -> "ThunderScan compression (32809)";
            case 32908, 32909 -> "Pixar compression (" + number + ")";
            case 34676, 34677 -> "SGI LogLuv compression (" + number + ")";
            case 33003, 33004, 33005, 34712 -> "JPEG 2000 compression (" + number + ")";
            case 34887 -> "LERC compression (34887)";
            case 34925 -> "LZMA compression (34925)";
            case 50000 -> "Zstandard compression (50000)";
            case 50001 -> "WebP compression (50001)";
            case 50002, 52546 -> "JPEG XL compression (" + number + ")";
            default -> "compression " + number;
        };
    }

    private static String sampleFormat(int number, int bits) {
        return switch (number) {
                    case 2 -> "signed integers";
                    case 3 -> "floating-point numbers";
                    case 4 -> "samples of no format";
                    case 5, 6 -> "complex numbers";
                    default -> "samples";
                }
                + " of " + bits + " bits (sample format " + number + ")";
    }

    private static String photometric(int number) {
        return switch (number) {
            case 4 -> "a transparency mask (photometric 4)";
            case 8, 9, 10 -> "CIE L*a*b* (photometric " + number + ")";
            case 32803, 34892 -> "a camera's raw samples (photometric " + number + ")";
            case 32844, 32845 -> "LogLuv (photometric " + number + ")";
            default -> "photometric " + number;
        };
    }
}
