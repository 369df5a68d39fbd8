package dev.clipstream.image.bmp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Expansion;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.MirroredPixels;
import dev.clipstream.image.format.Palette;
import dev.clipstream.image.format.Pixels;

/// The header of a Windows or OS/2 bitmap.
///
/// @param width    in pixels
/// @param height   in pixels
/// @param topDown  whether the first stored row is the top one
/// @param bits     of a pixel: 1, 4, 8, 16, 24 or 32
/// @param runs     whether pixels are run-length coded
/// @param masks    the bits of red, green and blue in a pixel of 16 to 32 bits
/// @param palette  for pixels of up to 8 bits
/// @param data     the whole file
/// @param pixelsAt where in the file the pixels begin
record BmpFile(
        int width,
        int height,
        boolean topDown,
        int bits,
        boolean runs,
        Masks masks,
        Palette palette,
        EncodedBytes data,
        long pixelsAt)
        implements EncodedImage {
    private static final int FILE_HEADER = 14;
    private static final int RAW = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BITFIELDS = 3;

    /// The bit masks of red, green and blue.
    record Masks(int red, int green, int blue) {
        private static final Masks FIVE_BITS = new Masks(0x7C00, 0x3E0, 0x1F);
        private static final Masks EIGHT_BITS = new Masks(0xFF0000, 0xFF00, 0xFF);

        /// Returns the masked bits of a pixel, spread over 0 to 255.
        static byte spread(int pixel, int mask) {
            int shift = Integer.numberOfTrailingZeros(mask);
            long largest = Integer.toUnsignedLong(mask) >> shift;
            return (byte) ((Integer.toUnsignedLong(pixel & mask) >> shift) * 255 / largest);
        }
    }

    static BmpFile parse(EncodedBytes bytes) throws ImageException {
        long offset = bytes.u32le(10);
        long header = bytes.u32le(FILE_HEADER);
        boolean os2 = header == 12;
        if (!os2 && header != 40 && header != 52 && header != 56 && header != 64 && header != 108 && header != 124) {
            throw ImageException.unsupported(
                    "a BMP header of 12, 40, 52, 56, 64, 108 or 124 bytes", Long.toString(header));
        }
        bytes.require(FILE_HEADER, header);
        int width = os2 ? bytes.u16le(18) : bytes.i32le(18);
        int height = os2 ? bytes.u16le(20) : bytes.i32le(22);
        int bits = bytes.u16le(os2 ? 24 : 28);
        long compression = os2 ? RAW : bytes.u32le(30);
        long colours = os2 ? 0 : bytes.u32le(46);
        if (width <= 0 || height == 0 || height == Integer.MIN_VALUE) {
            throw ImageException.corrupt("a BMP of at least 1 x 1 pixels", width + " x " + height);
        }
        boolean runs = (compression == RLE8 && bits == 8) || (compression == RLE4 && bits == 4);
        boolean fields = compression == BITFIELDS && bits >= 16;
        boolean known = bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
        if (!known || (!runs && !fields && compression != RAW)) {
            throw ImageException.unsupported(
                    "a BMP of 1, 4, 8, 16, 24 or 32 bits, plain, run-length coded or with bit fields",
                    bits + " bits and compression " + compression);
        }
        long after = FILE_HEADER + header;
        Palette palette = Palette.greys();
        Masks masks = bits == 16 ? Masks.FIVE_BITS : Masks.EIGHT_BITS;
        if (fields) {
            masks = masks(bytes, masks);
            after += header == 40 ? 12 : 0;
        } else if (bits <= 8) {
            long count = colours == 0 ? 1L << bits : colours;
            int entry = os2 ? 3 : 4;
            bytes.require(after, count * entry);
            palette = palette(bytes, after, (int) Math.min(count, 256), entry);
            // some writers give the position of the palette as that of the pixels
            offset += offset == after ? 4 * count : 0;
            after += count * entry;
        }
        return new BmpFile(
                width, Math.abs(height), height < 0, bits, runs, masks, palette, bytes, offset == 0 ? after : offset);
    }

    /// A colour consists of blue, green, red and, except for OS/2, an unused byte.
    private static Palette palette(EncodedBytes bytes, long at, int count, int entry) throws ImageException {
        byte[] rgb = new byte[count * 3];
        for (int i = 0; i < count; i++) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = (byte) bytes.u8(at + (long) i * entry + 2 - channel);
            }
        }
        return new Palette(rgb);
    }

    private static Masks masks(EncodedBytes bytes, Masks usual) throws ImageException {
        int red = bytes.i32le(54);
        int green = bytes.i32le(58);
        int blue = bytes.i32le(62);
        if ((red | green | blue) == 0) {
            return usual;
        }
        if (!contiguous(red) || !contiguous(green) || !contiguous(blue)) {
            throw ImageException.unsupported(
                    "BMP bit fields without gaps",
                    Integer.toHexString(red) + ", " + Integer.toHexString(green) + ", " + Integer.toHexString(blue));
        }
        return new Masks(red, green, blue);
    }

    private static boolean contiguous(int mask) {
        long bits = Integer.toUnsignedLong(mask) >> Integer.numberOfTrailingZeros(mask);
        return mask != 0 && (bits & bits + 1) == 0;
    }

    @Override
    public Footprint footprint(int reduction) {
        return Footprint.onHeap((runs ? 4L : 3L) * width * height);
    }

    @Override
    public long leastBytes() {
        return runs ? Expansion.leastBytes((long) width * height) : (long) width * height * bits / 8;
    }

    @Override
    public Pixels decode(int reduction) throws ImageException {
        Pixels stored = runs ? BmpDecoder.runs(this) : BmpDecoder.plain(this);
        return topDown ? stored : new MirroredPixels(stored, false, true);
    }
}
