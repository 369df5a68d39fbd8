package dev.clipstream.image.preprocess;

import dev.clipstream.image.format.EncodedBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// Names the kind of a file that no format recognises, and says what to do with it. Looks at the first bytes only.
final class KnownFiles {
    private static final String CONVERT = "Convert it to JPEG or PNG.";
    private static final String FRAME = "Send a frame of it as JPEG or PNG.";
    private static final String UNPACK = "Unpack it, and send the images in it.";
    private static final String PAGE = "Check the address: it leads to a page or a message instead of an image.";
    private static final String DECODED = "Decode it, and send the bytes.";
    private static final String BINARY = "Send the original file, transferred in binary mode.";

    /// Where the compatible brands of an ISO file must lie.
    private static final int BRANDS = 64;

    /// How far text is searched.
    private static final int TEXT = 1024;

    /// In order of precedence.
    private static final List<Kind> KINDS = List.of(
            new Kind("an AVIF image", CONVERT, isoBrand("avif", "avis")),
            new Kind("a HEIC image, as iPhones take them", CONVERT, isoBrand("hei", "hev", "mif1", "msf1")),
            new Kind("a Canon raw image (CR3)", CONVERT, isoBrand("crx ")),
            new Kind("an MP4 or QuickTime video", FRAME, at(4, "ftyp", "moov", "mdat", "wide", "free", "skip")),
            new Kind("a JPEG XL image", CONVERT, at(0, "\u00FF\n", "\0\0\0\fJXL \r\n\u0087\n")),
            new Kind("a JPEG 2000 image", CONVERT, at(0, "\0\0\0\fjP  \r\n\u0087\n", "\u00FFO\u00FFQ")),
            new Kind("a JPEG XR image", CONVERT, at(0, "II\u00BC\u0001")),
            new Kind("a camera's raw image", CONVERT, at(0, "IIU\0", "IIRO", "IIRS", "MMOR", "FUJIFILMCCD-RAW")),
            new Kind("a Photoshop document", CONVERT, at(0, "8BPS")),
            new Kind("a GIMP document", CONVERT, at(0, "gimp xcf")),
            new Kind("an icon or a cursor", CONVERT, at(0, "\0\0\u0001\0", "\0\0\u0002\0", "icns")),
            new Kind("a DirectDraw texture", CONVERT, at(0, "DDS ")),
            new Kind("an OpenEXR or Radiance image", CONVERT, at(0, "v/1\u0001", "#?R")),
            new Kind("a QOI, FLIF or BPG image", CONVERT, at(0, "qoif", "FLIF", "BPG\u00FB")),
            new Kind("an MNG or JNG image", CONVERT, at(0, "\u008AMNG", "\u008BJNG")),
            new Kind("a DjVu document", CONVERT, at(0, "AT&TFORM")),
            new Kind("a DICOM image", CONVERT, at(128, "DICM")),
            new Kind("a FITS image", CONVERT, at(0, "SIMPLE  =")),
            new Kind("a Windows metafile", CONVERT, at(0, "\u00D7\u00CD\u00C6\u009A", "\u0001\0\0\0l\0\0\0")),
            new Kind("a PNM image", CONVERT, KnownFiles::isPortableMap),
            new Kind("a PDF document", "Convert its page to JPEG or PNG.", text("%PDF-")),
            new Kind("a PostScript document", CONVERT, at(0, "%!PS", "\u00C5\u00D0\u00D3\u00C6")),
            new Kind(
                    "a PNG that an iPhone's app bundle holds (CgBI)",
                    "Restore it with `pngcrush -revert-iphone-optimizations`.",
                    at(0, "\u0089PNG").and(at(12, "CgBI"))),
            new Kind("a PNG whose line ends were converted", BINARY, at(0, "\u0089PNG", "\u000EPNG")),
            new Kind("bytes that were converted as if they were text", BINARY, at(0, "\u00EF\u00BF\u00BD")),
            new Kind(
                    "bytes that were converted as if they were text",
                    BINARY,
                    at(0, "\u00C2\u0089PNG", "\u00C3\u00BF\u00C3\u0098")),
            new Kind("a WebM or Matroska video", FRAME, at(0, "\u001AE\u00DF\u00A3")),
            new Kind("an AVI video", FRAME, at(0, "RIFF").and(at(8, "AVI "))),
            new Kind(
                    "an MPEG, Flash, Ogg or Windows video",
                    FRAME,
                    at(0, "\0\0\u0001\u00BA", "\0\0\u0001\u00B3", "FLV\u0001", "OggS", "0&\u00B2u")),
            new Kind(
                    "a sound file",
                    "Send an image.",
                    at(0, "ID3", "fLaC", "\u00FF\u00FB").or(at(0, "RIFF").and(at(8, "WAVE")))),
            new Kind("a ZIP archive or an office document", UNPACK, at(0, "PK\u0003\u0004", "PK\u0005\u0006")),
            new Kind("a gzip file", UNPACK, at(0, "\u001F\u008B")),
            new Kind(
                    "a compressed archive",
                    UNPACK,
                    at(0, "BZh", "\u00FD7zXZ", "7z\u00BC\u00AF", "Rar!", "(\u00B5/\u00FD")
                            .or(at(257, "ustar"))),
            new Kind(
                    "a Git LFS pointer",
                    "Fetch the file itself, with `git lfs pull`.",
                    text("version https://git-lfs")),
            new Kind(
                    "macOS's metadata of a file (\"._\" or .DS_Store)",
                    "Send the file itself.",
                    at(0, "\0\u0005\u0016\u0007", "\0\0\0\u0001Bud1")),
            new Kind(
                    "an image in Base64",
                    DECODED,
                    text("data:image/", "/9j/", "iVBORw0KGgo", "R0lGOD", "UklGR", "SUkqA", "TU0AK")),
            new Kind(
                    "an image in hexadecimal digits",
                    DECODED,
                    text("ffd8ff", "89504e47", "0xffd8ff", "\\x89504e47", "\\xffd8ff")),
            new Kind(
                    "a multipart form or a mail",
                    "Send the bytes of its image part.",
                    text("--", "content-type:", "mime-version:").and(holds("content-"))),
            new Kind(
                    "an SVG drawing",
                    "Render it as PNG.",
                    text("<svg").or(text("<?xml", "<!--", "<!doctype svg").and(holds("<svg")))),
            new Kind("an HTML page", PAGE, text("<!doctype html", "<html", "<head", "<body", "<script", "<!--")),
            new Kind("an XML document", PAGE, text("<?xml", "<error")),
            new Kind("a JSON document", PAGE, text("{\"", "{\n", "{\r\n", "{ ", "[{", "[\"")),
            new Kind("a response with its HTTP header", "Send its body alone.", text("http/1.", "http/2")),
            new Kind(
                    "an address",
                    "Send it as the event's uri, or the bytes behind it.",
                    text("http://", "https://", "file://", "s3://", "gs://", "ftp://")),
            new Kind(
                    "a program or a script",
                    "Send an image.",
                    at(0, "\u007FELF", "MZ", "#!", "\u00CA\u00FE\u00BA\u00BE")),
            new Kind("an SQLite database", "Send an image.", at(0, "SQLite format 3")),
            new Kind("an image after other bytes", "Remove what comes before it.", KnownFiles::isIndented),
            new Kind("zeros, as an interrupted copy leaves them", "Send the original file.", KnownFiles::isZero),
            new Kind("a text", "Send an image.", KnownFiles::isText));

    private KnownFiles() {}

    /// What a file is.
    ///
    /// @param name   with its article, such as `an SVG drawing`
    /// @param remedy a sentence
    /// @param test   whether a file is of this kind
    record Kind(String name, String remedy, Predicate<EncodedBytes> test) {}

    /// Returns the kind of a file, if it is known.
    static Optional<Kind> of(EncodedBytes file) {
        return KINDS.stream().filter(kind -> kind.test.test(file)).findFirst();
    }

    private static Predicate<EncodedBytes> at(int position, String... magics) {
        return file -> List.of(magics).stream().anyMatch(magic -> file.has(position, magic));
    }

    /// Tests the brands of an ISO base media file, of which the first is the major one.
    private static Predicate<EncodedBytes> isoBrand(String... brands) {
        return file -> {
            for (int at = 8; file.has(4, "ftyp") && at < BRANDS && at < size(file); at += at == 8 ? 8 : 4) {
                if (at(at, brands).test(file)) {
                    return true;
                }
            }
            return false;
        };
    }

    /// Returns the length of an ISO file's first box, as far as it fits one byte.
    private static int size(EncodedBytes file) {
        return file.data()[3] & 0xFF;
    }

    /// Tests the start of a text, after white space, regardless of case.
    private static Predicate<EncodedBytes> text(String... starts) {
        return file -> {
            String text = head(file);
            return List.of(starts).stream().anyMatch(start -> text.regionMatches(true, 0, start, 0, start.length()));
        };
    }

    private static Predicate<EncodedBytes> holds(String lowerCase) {
        return file -> head(file).toLowerCase(Locale.ROOT).contains(lowerCase);
    }

    private static String head(EncodedBytes file) {
        int from = file.has(0, "\u00EF\u00BB\u00BF") ? 3 : 0;
        int length = Math.min(file.length() - from, TEXT);
        return new String(file.data(), from, length, StandardCharsets.ISO_8859_1).stripLeading();
    }

    private static boolean isPortableMap(EncodedBytes file) {
        byte[] data = file.data();
        return data.length > 2 && data[0] == 'P' && data[1] >= '1' && data[1] <= '7' && Character.isWhitespace(data[2]);
    }

    private static boolean isIndented(EncodedBytes file) {
        String head = head(file);
        return head.contains("\u00FF\u00D8\u00FF") || head.contains("\u0089PNG\r\n") || head.contains("GIF8");
    }

    private static boolean isZero(EncodedBytes file) {
        return head(file).chars().allMatch(character -> character == 0);
    }

    private static boolean isText(EncodedBytes file) {
        return head(file).chars().noneMatch(character -> character < ' ' && !Character.isWhitespace(character));
    }
}
