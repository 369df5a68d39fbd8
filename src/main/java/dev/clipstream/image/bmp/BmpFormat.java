package dev.clipstream.image.bmp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.ImageFormat;

/// BMP of Windows and OS/2: 1 to 32 bits, plain, run-length coded or with bit fields.
public final class BmpFormat implements ImageFormat {

    @Override
    public String name() {
        return "BMP";
    }

    @Override
    public boolean recognises(EncodedBytes file) {
        return file.has(0, "BM");
    }

    @Override
    public EncodedImage read(EncodedBytes file) throws ImageException {
        return BmpFile.parse(file);
    }
}
