package dev.clipstream.image.png;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.ImageFormat;

/// PNG: every colour type and depth, interlaced or not. Alpha is dropped, and of 16 bits the high byte counts. Apple's
/// CgBI variant, whose pixels are stored differently, is not recognised.
public final class PngFormat implements ImageFormat {

    @Override
    public String name() {
        return "PNG";
    }

    @Override
    public boolean recognises(EncodedBytes file) {
        return file.has(0, "\u0089PNG\r\n\u001A\n") && !file.has(12, "CgBI");
    }

    @Override
    public EncodedImage read(EncodedBytes file) throws ImageException {
        return PngFile.parse(file);
    }
}
