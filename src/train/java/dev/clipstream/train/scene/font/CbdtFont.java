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

/// A font whose glyphs are colour pictures: PNG files in its table `CBDT`, as in Google's Noto Color Emoji. Java2D
/// draws
/// none of them, so the tables are read here, as far as pictures need it: `cmap`, `GSUB`, `CBLC`, `CBDT` of the
/// OpenType
/// specification 1.9.
///
/// Immutable.
public final class CbdtFont {
    /// Where Debian's package fonts-noto-color-emoji puts it.
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

    /// @throws SceneException if there is no such file, or one that is no font of colour bitmaps
    public static CbdtFont open(Path file) throws SceneException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new SceneException(file + ": a font of at most " + MAX_BYTES + " bytes was expected, found "
                        + Files.size(file) + ": use NotoColorEmoji.ttf");
            }
            return parse(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new SceneException(
                    file + ": a font of colour bitmaps was expected, found no file: install Debian's package"
                            + " fonts-noto-color-emoji, or name a NotoColorEmoji.ttf with --font",
                    e);
        } catch (SceneException e) {
            throw new SceneException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new SceneException(file + ": a readable font was expected, found " + e, e);
        }
    }

    /// @param file a whole font; read only, kept
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
            throw new SceneException("a font with the table " + tag + " was expected, found "
                    + tables.keySet().stream().sorted().toList()
                    + ": use NotoColorEmoji.ttf with bitmaps (CBDT), not with outlines (COLR)");
        }
        return table;
    }

    /// The PNG of a pictograph.
    ///
    /// @param pictograph one character or a sequence that the font draws as one; U+FE0F plays no part
    /// @return empty where the font has no picture for the whole of it
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
