package dev.clipstream.train.scene.font;

import dev.clipstream.train.scene.SceneException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The PNG images of a font's largest bitmap strike. The table `CBLC` says where each glyph's image lies in the
/// table `CBDT`.
final class BitmapStrike {
    private static final int STRIKE_RECORD = 48;
    private static final int SMALL_METRICS = 5;
    private static final int BIG_METRICS = 8;
    private static final int MAX_GLYPHS = 1 << 16;

    private final Map<Integer, FontTable> images = new HashMap<>();
    private final FontTable data;
    private int located;

    private BitmapStrike(FontTable data) {
        this.data = data;
    }

    /// Reads the largest strike.
    static BitmapStrike read(FontTable locations, FontTable data) throws SceneException {
        long strikes = locations.u32(4);
        long largest = -1;
        int largestPixels = 0;
        for (long s = 0; s < strikes; s++) {
            int pixels = locations.u8(8 + STRIKE_RECORD * s + 45);
            if (pixels > largestPixels) {
                largest = s;
                largestPixels = pixels;
            }
        }
        if (largest < 0) {
            throw new SceneException("font table CBLC: Expected a strike of colour bitmaps, found none among " + strikes
                    + ". Use NotoColorEmoji.ttf.");
        }
        BitmapStrike strike = new BitmapStrike(data);
        FontTable record = locations.part(8 + STRIKE_RECORD * largest, STRIKE_RECORD);
        FontTable index = locations.from(record.u32(0));
        long ranges = record.u32(8);
        for (long r = 0; r < ranges; r++) {
            strike.range(index, index.u16(8 * r), index.u16(8 * r + 2), index.u32(8 * r + 4));
        }
        return strike;
    }

    private void range(FontTable index, int first, int last, long offset) throws SceneException {
        if (last < first) {
            throw new SceneException("font table CBLC: Expected an ascending range of glyphs, found " + first + " to "
                    + last + ". The font is damaged; install it again.");
        }
        int indexFormat = index.u16(offset);
        int imageFormat = index.u16(offset + 2);
        long images = index.u32(offset + 4);
        FontTable body = index.from(offset + 8);
        switch (indexFormat) {
            case 1 -> {
                for (int glyph = first; glyph <= last; glyph++) {
                    long from = body.u32(4L * (glyph - first));
                    add(glyph, imageFormat, images + from, body.u32(4L * (glyph - first) + 4) - from);
                }
            }
            case 2 -> {
                long size = body.u32(0);
                for (int glyph = first; glyph <= last; glyph++) {
                    add(glyph, imageFormat, images + size * (glyph - first), size);
                }
            }
            case 3 -> {
                for (int glyph = first; glyph <= last; glyph++) {
                    int from = body.u16(2L * (glyph - first));
                    add(glyph, imageFormat, images + from, body.u16(2L * (glyph - first) + 2) - from);
                }
            }
            case 4 -> {
                long glyphs = body.u32(0);
                for (long g = 0; g < glyphs; g++) {
                    int from = body.u16(4 + 4 * g + 2);
                    add(body.u16(4 + 4 * g), imageFormat, images + from, body.u16(4 + 4 * g + 6) - from);
                }
            }
            case 5 -> {
                long size = body.u32(0);
                long glyphs = body.u32(12);
                for (long g = 0; g < glyphs; g++) {
                    add(body.u16(16 + 2 * g), imageFormat, images + size * g, size);
                }
            }
            default ->
                throw new SceneException("font table CBLC: Expected an index of format 1 to 5, found " + indexFormat
                        + ". The font is damaged; install it again.");
        }
    }

    private void add(int glyph, int imageFormat, long at, long size) throws SceneException {
        if (++located > MAX_GLYPHS) {
            throw new SceneException("font table CBLC: Expected at most " + MAX_GLYPHS
                    + " images, found more. The font is damaged; install it again.");
        }
        if (size == 0) {
            return; // the glyph has no image
        }
        FontTable image = data.part(at, size);
        int metrics = switch (imageFormat) {
            case 17 -> SMALL_METRICS;
            case 18 -> BIG_METRICS;
            case 19 -> 0;
            default ->
                throw new SceneException("font table CBDT: Expected PNG images (format 17 to 19), found" + " format "
                        + imageFormat + ". Use NotoColorEmoji.ttf.");
        };
        images.put(glyph, image.part(metrics + 4, image.u32(metrics)));
    }

    /// Returns the glyph's PNG file, or empty if the glyph has no image.
    Optional<byte[]> png(int glyph) {
        return Optional.ofNullable(images.get(glyph)).map(FontTable::bytes);
    }
}
