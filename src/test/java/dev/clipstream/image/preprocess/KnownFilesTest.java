package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A file that is not an image of a supported format is named, with what to do.
class KnownFilesTest {
    private final ImagePreprocessor preprocessor = new ImagePreprocessor(
            TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN), DecodeMode.FAST, ImageLimits.DEFAULT);

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            \\0\\0\\0\\x1Cftypheic\\0\\0\\0\\0mif1heic            | a HEIC image        | Convert it to JPEG or PNG.
            \\0\\0\\0\\x18ftypmif1\\0\\0\\0\\0mif1heic           | a HEIC image        | Convert it to JPEG or PNG.
            \\0\\0\\0\\x1Cftypmif1\\0\\0\\0\\0avifmif1miaf       | an AVIF image       | Convert it to JPEG or PNG.
            \\0\\0\\0\\x20ftypavif\\0\\0\\0\\0                   | an AVIF image       | Convert it to JPEG or PNG.
            \\0\\0\\0\\x20ftypisom\\0\\0\\2\\0isomiso2           | an MP4              | Send a frame
            \\0\\0\\0\\x14ftypqt\\x20\\x20\\0\\0\\0\\0           | an MP4              | Send a frame
            \\xFF\\n\\xFA\\x1F                                   | a JPEG XL image     | Convert it to JPEG or PNG.
            \\0\\0\\0\\x0CJXL\\x20\\r\\n\\x87\\n                 | a JPEG XL image     | Convert it to JPEG or PNG.
            \\n\\n <!DOCTYPE html><html>                         | an HTML page        | Check the address
            \\xEF\\xBB\\xBF<html>                                | an HTML page        | Check the address
            <?xml version="1.0"?><!-- drawn --><svg width="1"/>  | an SVG drawing      | Render it as PNG.
            <svg xmlns="http://www.w3.org/2000/svg"/>            | an SVG drawing      | Render it as PNG.
            <?xml version="1.0"?><Error><Code>AccessDenied       | an XML document     | Check the address
            {"error":"not found"}                                | a JSON document     | Check the address
            %PDF-1.7                                             | a PDF document      | Convert its page
            \\x1F\\x8B\\x08\\0                                   | a gzip file         | Unpack it
            PK\\x03\\x04                                         | a ZIP archive       | Unpack it
            iVBORw0KGgoAAAANSUhEUg                               | an image in Base64  | Decode it
            /9j/4AAQSkZJRgABAQ                                   | an image in Base64  | Decode it
            data:image/png;base64,iVBORw0                        | an image in Base64  | Decode it
            version https://git-lfs.github.com/spec/v1           | a Git LFS pointer   | git lfs pull
            \\x89PNG\\r\\n\\x1A\\n\\0\\0\\0\\4CgBI               | (CgBI)              | -revert-iphone-optimizations
            \\x89PNG\\n\\x1A\\n\\0\\0\\0\\rIHDR                  | a PNG whose line ends were converted | binary mode
            \\xEF\\xBF\\xBD\\xEF\\xBF\\xBDJFIF                   | converted as if they were text | binary mode
            \\r\\n\\xFF\\xD8\\xFF\\xE0                           | an image after other bytes | Remove
            \\0\\0\\0\\0\\0\\0\\0\\0                             | zeros               | Send the original file.
            https://example.com/image.jpg                        | an address          | uri
            hello, world                                         | a text              | Send an image.
            \\x01\\x02\\x03\\x04                                 | a file of another format | Convert the image
            """)
    void aFileOfAnotherFormatIsNamed(String bytes, String name, String remedy) {
        // when
        ImageException refused =
                catchThrowableOfType(ImageException.class, () -> preprocessor.check(Crafted.ascii(unescaped(bytes))));

        // then
        assertThat(refused.reason()).isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
        assertThat(refused)
                .hasMessageStartingWith("Expected JPEG, PNG, WebP, GIF, BMP or TIFF, found ")
                .hasMessageContaining(name)
                .hasMessageContaining(remedy);
    }

    @Test
    void everyPrefixOfAFileIsNamedOrAnotherFormat() {
        byte[] heic = Base64.getDecoder().decode("AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZg==");

        for (int length = 1; length <= heic.length; length++) {
            byte[] part = Arrays.copyOf(heic, length);
            assertThat(catchThrowableOfType(ImageException.class, () -> preprocessor.check(part))
                            .reason())
                    .isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
        }
    }

    /// Replaces the escapes of the table. Java's own would make it illegible.
    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character != '\\') {
                plain.append(character);
                continue;
            }
            char kind = text.charAt(++i);
            switch (kind) {
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 'x' -> {
                    plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> plain.append((char) (kind - '0'));
            }
        }
        return plain.toString();
    }
}
