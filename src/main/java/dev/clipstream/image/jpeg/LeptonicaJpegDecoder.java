package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.LeptonicaPixels;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Pixels;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/// libjpeg-turbo, through Leptonica. It has no way to return four components, so another decoder does CMYK.
///
/// @param cmyk decodes JPEGs of four components
record LeptonicaJpegDecoder(JpegDecoder cmyk) implements JpegDecoder {
    /// Decode as much of a damaged JPEG as possible, as Pillow does.
    private static final int CARRY_ON = leptonica.L_JPEG_CONTINUE_WITH_BAD_DATA;

    @Override
    public Pixels decode(JpegFile jpeg, int reduction) throws ImageException {
        if (jpeg.components() == 4) {
            return cmyk.decode(jpeg, reduction);
        }
        byte[] encoded = jpeg.stripped().data();
        int[] warnings = new int[1];
        PIX pix = leptonica.pixReadMemJpeg(encoded, encoded.length, 0, reduction, warnings, CARRY_ON);
        if (pix == null) {
            jpeg.rejectIfTruncated(true);
            throw ImageException.corrupt("a JPEG", "one that libjpeg-turbo refuses");
        }
        Pixels pixels = LeptonicaPixels.of(
                pix, Math.ceilDiv(jpeg.width(), reduction), Math.ceilDiv(jpeg.height(), reduction), "JPEG");
        try {
            jpeg.rejectIfTruncated(warnings[0] > 0);
        } catch (ImageException truncated) {
            pixels.close();
            throw truncated;
        }
        return pixels;
    }

    @Override
    public Footprint footprint(long pixels, int components, int reduction) {
        return components == 4
                ? cmyk.footprint(pixels, components, reduction)
                : Footprint.outOfHeap(4 * Math.ceilDiv(pixels, reduction * reduction));
    }
}
