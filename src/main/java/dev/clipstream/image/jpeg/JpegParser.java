package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.OrientationSource;
import java.util.Arrays;
import java.util.OptionalInt;

/// Walks a JPEG's markers once, as libjpeg does, and copies the segments that decoding needs. For one use by one
/// thread.
final class JpegParser {
    /// Each scan of a progressive JPEG visits every block, however few bytes the scan has. More scans than this are
    /// an attack.
    private static final int MAX_SCANS = 64;

    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int TEM = 0x01;

    private final EncodedBytes in;
    private final byte[] out;
    private int written;

    private int width;
    private int height;
    private int components;
    private int process = -1;
    private int ids;
    private JpegFile.Sampling sampling = JpegFile.Sampling.FULL;
    private boolean jfif;
    private int adobe = -1;
    private int scans;
    private boolean partialScan;
    private boolean walked;
    private final OrientationSource orientation = new OrientationSource();

    JpegParser(EncodedBytes in) {
        this.in = in;
        this.out = new byte[in.length() + 2];
    }

    JpegFile parse() throws ImageException {
        copy(0, 2);
        int at = 2;
        boolean complete = false;
        while (true) {
            at = nextMarker(at);
            if (at < 0) {
                break;
            }
            int marker = in.u8(at - 1);
            if (marker == EOI || endsHere()) {
                complete = true;
                break;
            }
            at = marker == TEM || isRestart(marker) ? at : segment(marker, at);
        }
        complete = complete || endsHere();
        if (scans == 0) {
            throw complete
                    ? ImageException.corrupt("a JPEG with at least one scan", "none")
                    : ImageException.truncated("a JPEG with at least one scan", "an end before the first");
        }
        boolean multipleScans = process == 0xC2 || process == 0xCA || scans > 1 || partialScan;
        if (!complete && (multipleScans || isBaseline())) {
            throw ImageException.truncated(
                    "a JPEG of " + width + " x " + height + " pixels with all its blocks", "an end before the last");
        }
        out[written] = (byte) 0xFF;
        out[written + 1] = (byte) EOI;
        byte[] stripped = written + 2 == out.length ? out : Arrays.copyOf(out, written + 2);
        boolean arithmetic = process == 0xC9 || process == 0xCA;
        return new JpegFile(
                width,
                height,
                components,
                colours(),
                sampling,
                multipleScans,
                arithmetic,
                complete,
                orientation.orientation(),
                new EncodedBytes(stripped));
    }

    /// Returns whether a scan of all components is complete, and drops what follows its last block. Looks once, at the
    /// end of the scan, because later segments add no blocks to it.
    private boolean endsHere() {
        if (walked || !isBaseline() || scans != 1 || partialScan) {
            return false;
        }
        walked = true;
        OptionalInt end =
                BaselineScan.walk(new EncodedBytes(Arrays.copyOf(out, written))).end();
        written = end.orElse(written);
        return end.isPresent();
    }

    private boolean isBaseline() {
        return process == 0xC0 || process == 0xC1;
    }

    /// Returns the position after the second byte of the next marker, or -1 if there is none.
    private int nextMarker(int from) {
        byte[] data = in.data();
        int at = from;
        while (true) {
            while (at < data.length && data[at] != (byte) 0xFF) {
                at++;
            }
            while (at < data.length && data[at] == (byte) 0xFF) {
                at++;
            }
            if (at >= data.length) {
                return -1;
            }
            if (data[at++] != 0) {
                return at;
            }
        }
    }

    /// Returns the position after the segment whose length field is at `at`.
    private int segment(int marker, int at) throws ImageException {
        int length = in.u16be(at);
        if (length < 2) {
            throw ImageException.corrupt("a JPEG segment of at least 2 bytes", Integer.toString(length));
        }
        in.require(at, length);
        int end = at + length;
        switch (marker) {
            case 0xC0, 0xC1, 0xC2, 0xC9, 0xCA -> frame(marker, at, length);
            case 0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF ->
                throw ImageException.unsupported("a baseline or progressive JPEG", "a lossless or hierarchical one");
            case 0xC4, 0xCC, 0xDB, 0xDD -> copySegment(marker, at, end);
            case SOS -> {
                return scan(at, end);
            }
            case 0xE0 -> {
                if (length >= 16 && in.has(at + 2L, "JFIF\0")) {
                    jfif = true;
                    copySegment(marker, at, end);
                }
            }
            case 0xE1 -> {
                if (scans == 0 && in.has(at + 2L, "Exif\0\0")) {
                    orientation.exif(in, at + 2L, end);
                } else if (scans == 0 && in.has(at + 2L, XMP)) {
                    orientation.xmp(in, at + 2L + XMP.length(), length - 2L - XMP.length());
                }
            }
            case 0xEE -> {
                if (length >= 14 && in.has(at + 2L, "Adobe")) {
                    adobe = in.u8(at + 13L);
                    copySegment(marker, at, end);
                }
            }
            case SOI -> throw ImageException.corrupt("one JPEG", "another inside it");
            default -> {
                boolean ignorable = (marker & 0xF0) == 0xE0 || marker == 0xFE || marker == 0xDC;
                if (!ignorable) {
                    throw ImageException.corrupt("a JPEG marker", "0x" + Integer.toHexString(marker));
                }
            }
        }
        return end;
    }

    private void frame(int marker, int at, int length) throws ImageException {
        if (process >= 0) {
            throw ImageException.corrupt("one JPEG frame", "a second");
        }
        if (length < 8 || length != 8 + 3 * in.u8(at + 7L)) {
            throw ImageException.corrupt("a JPEG frame header", "one of " + length + " bytes");
        }
        process = marker;
        height = in.u16be(at + 3L);
        width = in.u16be(at + 5L);
        components = in.u8(at + 7L);
        if (in.u8(at + 2L) != 8 || components == 2 || components > 4) {
            throw ImageException.unsupported(
                    "a JPEG of 1, 3 or 4 components of 8 bits", components + " of " + in.u8(at + 2L) + " bits");
        }
        if (width == 0 || height == 0 || components == 0) {
            throw ImageException.corrupt("a JPEG of at least 1 x 1 pixels", width + " x " + height);
        }
        if (components == 3) {
            sampling = sampling(in.u8(at + 9L), in.u8(at + 12L), in.u8(at + 15L));
            ids = in.u8(at + 8L) << 16 | in.u8(at + 11L) << 8 | in.u8(at + 14L);
        }
        copySegment(marker, at, at + length);
    }

    private static JpegFile.Sampling sampling(int luma, int cb, int cr) {
        if (luma == cb && luma == cr) {
            return JpegFile.Sampling.FULL;
        }
        return switch (cb == 0x11 && cr == 0x11 ? luma : 0) {
            case 0x12 -> JpegFile.Sampling.HALF_THE_ROWS;
            case 0x21 -> JpegFile.Sampling.HALF_THE_COLUMNS;
            case 0x22 -> JpegFile.Sampling.QUARTER;
            default -> JpegFile.Sampling.OTHER;
        };
    }

    private int scan(int at, int end) throws ImageException {
        if (process < 0) {
            throw ImageException.corrupt("a JPEG frame before the first scan", "none");
        }
        if (++scans > MAX_SCANS) {
            throw ImageException.corrupt("a JPEG of at most " + MAX_SCANS + " scans", "more");
        }
        partialScan |= in.u8(at + 2L) < components;
        copySegment(SOS, at, end);
        byte[] data = in.data();
        int stop = end;
        while (stop + 1 < data.length) {
            if (data[stop] != (byte) 0xFF) {
                stop++;
            } else {
                int next = data[stop + 1] & 0xFF;
                if (next != 0 && next != 0xFF && !isRestart(next)) {
                    break;
                }
                stop += next == 0xFF ? 1 : 2;
            }
        }
        if (stop + 1 == data.length && data[stop] != (byte) 0xFF) {
            stop++;
        }
        copy(end, stop);
        return stop;
    }

    private void copySegment(int marker, int at, int end) {
        out[written++] = (byte) 0xFF;
        out[written++] = (byte) marker;
        copy(at, end);
    }

    private void copy(int from, int to) {
        System.arraycopy(in.data(), from, out, written, to - from);
        written += to - from;
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xD0 && marker <= 0xD7;
    }

    /// Decides as `default_decompress_parms` in libjpeg does: by JFIF, then Adobe, then the components' ids.
    private JpegFile.Colours colours() {
        return switch (components) {
            case 1 -> JpegFile.Colours.GREY;
            case 4 -> adobe == -1 || adobe == 0 ? JpegFile.Colours.CMYK : JpegFile.Colours.YCCK;
            default -> {
                boolean rgb = !jfif && (adobe == 0 || (adobe == -1 && ids == ('R' << 16 | 'G' << 8 | 'B')));
                yield rgb ? JpegFile.Colours.RGB : JpegFile.Colours.YCBCR;
            }
        };
    }
}
