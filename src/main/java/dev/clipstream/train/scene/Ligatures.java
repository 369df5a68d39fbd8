package dev.clipstream.train.scene;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The glyph that stands for a sequence of glyphs, such as the two letters of a flag: the ligature substitutions of the
/// font's table `GSUB`.
final class Ligatures {
    private static final int LIGATURE = 4;
    private static final int EXTENSION = 7;
    private static final int MAX_COMPONENTS = 64;

    private final Map<List<Integer>, Integer> glyphs = new HashMap<>();

    private Ligatures() {}

    static Ligatures read(FontTable gsub) throws SceneException {
        Ligatures ligatures = new Ligatures();
        FontTable lookups = gsub.from(gsub.u16(8));
        for (int l = 0; l < lookups.u16(0); l++) {
            FontTable lookup = lookups.from(lookups.u16(2 + 2L * l));
            int type = lookup.u16(0);
            for (int s = 0; s < lookup.u16(4); s++) {
                FontTable subtable = lookup.from(lookup.u16(6 + 2L * s));
                if (type == LIGATURE) {
                    ligatures.subtable(subtable);
                } else if (type == EXTENSION && subtable.u16(2) == LIGATURE) {
                    ligatures.subtable(subtable.from(subtable.u32(4)));
                }
            }
        }
        return ligatures;
    }

    private void subtable(FontTable table) throws SceneException {
        List<Integer> firsts = coverage(table.from(table.u16(2)));
        int sets = table.u16(4);
        for (int s = 0; s < sets && s < firsts.size(); s++) {
            FontTable set = table.from(table.u16(6 + 2L * s));
            int count = set.u16(0);
            for (int l = 0; l < count; l++) {
                FontTable ligature = set.from(set.u16(2 + 2L * l));
                int components = ligature.u16(2);
                if (components < 1 || components > MAX_COMPONENTS) {
                    throw new SceneException("font table GSUB: a ligature of 1 to " + MAX_COMPONENTS
                            + " glyphs was expected, found " + components
                            + ": the font is damaged, install it again");
                }
                List<Integer> sequence = new ArrayList<>(components);
                sequence.add(firsts.get(s));
                for (int c = 1; c < components; c++) {
                    sequence.add(ligature.u16(2 + 2L * c));
                }
                glyphs.putIfAbsent(List.copyOf(sequence), ligature.u16(0));
            }
        }
    }

    private static List<Integer> coverage(FontTable table) throws SceneException {
        List<Integer> covered = new ArrayList<>();
        int count = table.u16(2);
        if (table.u16(0) == 1) {
            for (int g = 0; g < count; g++) {
                covered.add(table.u16(4 + 2L * g));
            }
            return covered;
        }
        for (int range = 0; range < count; range++) {
            int last = table.u16(4 + 6L * range + 2);
            for (int glyph = table.u16(4 + 6L * range); glyph <= last; glyph++) {
                covered.add(glyph);
            }
            if (covered.size() > 1 << 16) {
                throw new SceneException("font table GSUB: at most 65536 covered glyphs were expected, found more:"
                        + " the font is damaged, install it again");
            }
        }
        return covered;
    }

    /// The glyph that stands for the whole sequence, 0 where the font has none.
    int glyph(List<Integer> sequence) {
        return glyphs.getOrDefault(sequence, 0);
    }
}
