package dev.clipstream.image.gif;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.ImageFormat;

/// GIF: the first frame on its canvas.
public final class GifFormat implements ImageFormat {

    @Override
    public String name() {
        return "GIF";
    }

    @Override
    public boolean recognises(EncodedBytes file) {
        return file.has(0, "GIF87a") || file.has(0, "GIF89a");
    }

    @Override
    public EncodedImage read(EncodedBytes file) throws ImageException {
        return GifFile.parse(file);
    }
}
