package dev.clipstream.image.preprocess;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.bmp.BmpFormat;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.ImageFormat;
import dev.clipstream.image.gif.GifFormat;
import dev.clipstream.image.jpeg.JpegDecoder;
import dev.clipstream.image.jpeg.JpegFormat;
import dev.clipstream.image.png.PngFormat;
import dev.clipstream.image.tiff.TiffFormat;
import dev.clipstream.image.webp.WebpFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The registered image formats. Immutable, safe for use by many threads.
final class ImageFormats {
    private final List<ImageFormat> formats;

    /// @param formats in the order in which they are tried, at least one
    ImageFormats(List<ImageFormat> formats) {
        this.formats = List.copyOf(formats);
    }

    /// Returns all formats. A new format is registered here.
    ///
    /// @param codecs the libraries to decode with
    static ImageFormats all(Codecs codecs) {
        JpegDecoder jpeg = JpegDecoder.of(codecs);
        return new ImageFormats(List.of(
                new JpegFormat(jpeg),
                new PngFormat(),
                new WebpFormat(codecs),
                new GifFormat(),
                new BmpFormat(),
                new TiffFormat(jpeg)));
    }

    /// Recognises the format of a file and reads the header.
    ///
    /// @param encoded hostile; the caller must not change it while the image is in use
    /// @throws ImageException if no format recognises the file, or the header is refused
    EncodedImage read(byte[] encoded) throws ImageException {
        EncodedBytes file = new EncodedBytes(encoded);
        for (ImageFormat format : formats) {
            if (format.recognises(file)) {
                return format.read(file);
            }
        }
        throw KnownFiles.of(file)
                .map(kind -> ImageException.unsupported(names(), kind.name(), kind.remedy()))
                .orElseGet(() -> ImageException.unsupported(names(), "a file of another format"));
    }

    /// Returns the name of the format that a file begins like, or empty for none.
    Optional<String> nameOf(byte[] encoded) {
        EncodedBytes file = new EncodedBytes(encoded);
        return formats.stream()
                .filter(format -> format.recognises(file))
                .map(ImageFormat::name)
                .findFirst();
    }

    /// For example "JPEG, PNG or GIF".
    private String names() {
        String all = formats.stream().map(ImageFormat::name).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
    }
}
