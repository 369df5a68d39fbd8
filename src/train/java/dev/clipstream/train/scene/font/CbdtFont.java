package dev.clipstream.train.scene.font;

import dev.clipstream.train.scene.SceneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A font with colour bitmap glyphs: PNG files in its table `CBDT`, as in Google's Noto Color Emoji.
///
/// Java2D does not draw such fonts, so this package parses the tables it needs: `cmap`, `GSUB`, `CBLC` and `CBDT` of
/// the OpenType specification 1.9. Immutable.
public final class CbdtFont {
    /// Path of the font in Debian's package fonts-noto-color-emoji.
    public static final Path DEBIAN = Path.of("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf");

    private static final int VARIATION_SELECTOR_16 = 0xFE0F;
    private static final long MAX_BYTES = 256L << 20;

    private final CharacterMap characters;
    private final Ligatures ligatures;
    private final BitmapStrike strike;

    private CbdtFont(CharacterMap characters, Ligatures ligatures, BitmapStrike strike) {
        this.characters = characters;
        this.ligatures = ligatures;
        this.strike = strike;
    }

    /// Opens a font file.
    ///
    /// @throws SceneException if the file is missing or is not a colour bitmap font
    public static CbdtFont open(Path file) throws SceneException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new SceneException(file + ": Expected a font of at most " + MAX_BYTES + " bytes, found "
                        + Files.size(file) + ". Use NotoColorEmoji.ttf.");
            }
            return parse(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new SceneException(
                    file + ": Expected a colour bitmap font, found no file. Install Debian's package"
                            + " fonts-noto-color-emoji, or name a NotoColorEmoji.ttf with --font.",
                    e);
        } catch (SceneException e) {
            throw new SceneException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new SceneException(
                    file + ": Expected a readable font, found " + e + ". Correct the file or its permissions.", e);
        }
    }

    /// Parses a font.
    ///
    /// @param file the bytes of the font file; kept, not copied
    static CbdtFont parse(byte[] file) throws SceneException {
        FontTable whole = FontTable.whole(file);
        Map<String, FontTable> tables = new HashMap<>();
        int count = whole.u16(4);
        for (int t = 0; t < count; t++) {
            long entry = 12 + 16L * t;
            String tag = new String(whole.part(entry, 4).bytes(), StandardCharsets.ISO_8859_1);
            tables.put(
                    tag, whole.part(whole.u32(entry + 8), whole.u32(entry + 12)).named(tag));
        }
        return new CbdtFont(
                CharacterMap.read(table(tables, "cmap")),
                Ligatures.read(table(tables, "GSUB")),
                BitmapStrike.read(table(tables, "CBLC"), table(tables, "CBDT")));
    }

    private static FontTable table(Map<String, FontTable> tables, String tag) throws SceneException {
        FontTable table = tables.get(tag);
        if (table == null) {
            throw new SceneException("Expected a font with the table " + tag + ", found "
                    + tables.keySet().stream().sorted().toList()
                    + ". Use NotoColorEmoji.ttf with bitmaps (CBDT), not with outlines (COLR).");
        }
        return table;
    }

    /// Returns the PNG file of a pictograph.
    ///
    /// @param pictograph a character, or a sequence that the font draws as one glyph; U+FE0F is ignored
    /// @return empty if the font has no image for the whole sequence
    public Optional<byte[]> png(String pictograph) {
        List<Integer> sequence = pictograph
                .codePoints()
                .filter(character -> character != VARIATION_SELECTOR_16)
                .mapToObj(characters::glyph)
                .toList();
        if (sequence.isEmpty() || sequence.contains(0)) {
            return Optional.empty();
        }
        return strike.png(sequence.size() == 1 ? sequence.getFirst() : ligatures.glyph(sequence));
    }
}
