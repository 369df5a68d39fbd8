package dev.clipstream.train.scene.font;

import dev.clipstream.train.scene.SceneException;
import java.util.HashMap;
import java.util.Map;

/// Maps characters to a font's glyphs: the table `cmap`, format 12.
final class CharacterMap {
    private static final int SEGMENTED_COVERAGE = 12;
    private static final int MAX_CHARACTERS = 1 << 17;

    private final Map<Integer, Integer> glyphs;

    private CharacterMap(Map<Integer, Integer> glyphs) {
        this.glyphs = glyphs;
    }

    static CharacterMap read(FontTable cmap) throws SceneException {
        int subtables = cmap.u16(2);
        for (int i = 0; i < subtables; i++) {
            long offset = cmap.u32(4 + 8L * i + 4);
            if (cmap.u16(offset) == SEGMENTED_COVERAGE) {
                return new CharacterMap(groups(cmap.from(offset)));
            }
        }
        throw new SceneException("font table cmap: Expected a subtable of format 12, found none among " + subtables
                + ". Use NotoColorEmoji.ttf.");
    }

    private static Map<Integer, Integer> groups(FontTable subtable) throws SceneException {
        Map<Integer, Integer> glyphs = new HashMap<>();
        long groups = subtable.u32(12);
        long characters = 0;
        for (long g = 0; g < groups; g++) {
            long first = subtable.u32(16 + 12 * g);
            long last = subtable.u32(20 + 12 * g);
            long glyph = subtable.u32(24 + 12 * g);
            characters += last - first + 1;
            if (last < first || last > Character.MAX_CODE_POINT || characters > MAX_CHARACTERS) {
                throw new SceneException("font table cmap: Expected ascending groups of characters, at most "
                        + MAX_CHARACTERS + " characters in total, found " + first + " to " + last
                        + ". The font is damaged; install it again.");
            }
            for (long character = first; character <= last; character++) {
                glyphs.put((int) character, (int) (glyph + character - first));
            }
        }
        return glyphs;
    }

    /// Returns the character's glyph, or 0 if the font has none.
    int glyph(int character) {
        return glyphs.getOrDefault(character, 0);
    }
}
