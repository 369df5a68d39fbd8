package dev.clipstream.train.scene.font;

import dev.clipstream.train.scene.SceneException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Maps sequences of glyphs, such as the two letters of a flag, to single glyphs: the ligature substitutions of the
/// table `GSUB`.
final class Ligatures {
    private static final int LIGATURE = 4;
    private static final int EXTENSION = 7;
    private static final int MAX_COMPONENTS = 64;
    private static final int MAX_READ = 1 << 20;

    private final Map<List<Integer>, Integer> glyphs = new HashMap<>();
    private int read;

    private Ligatures() {}

    static Ligatures read(FontTable gsub) throws SceneException {
        Ligatures ligatures = new Ligatures();
        ligatures.lookups(gsub.from(gsub.u16(8)));
        return ligatures;
    }

    private void lookups(FontTable lookups) throws SceneException {
        for (int l = 0; l < lookups.u16(0); l++) {
            count();
            FontTable lookup = lookups.from(lookups.u16(2 + 2L * l));
            int type = lookup.u16(0);
            for (int s = 0; s < lookup.u16(4); s++) {
                count();
                FontTable subtable = lookup.from(lookup.u16(6 + 2L * s));
                if (type == LIGATURE) {
                    subtable(subtable);
                } else if (type == EXTENSION && subtable.u16(2) == LIGATURE) {
                    subtable(subtable.from(subtable.u32(4)));
                }
            }
        }
    }

    private void subtable(FontTable table) throws SceneException {
        List<Integer> firsts = coverage(table.from(table.u16(2)));
        int sets = table.u16(4);
        for (int s = 0; s < sets && s < firsts.size(); s++) {
            count();
            FontTable set = table.from(table.u16(6 + 2L * s));
            int count = set.u16(0);
            for (int l = 0; l < count; l++) {
                count();
                FontTable ligature = set.from(set.u16(2 + 2L * l));
                int components = ligature.u16(2);
                if (components < 1 || components > MAX_COMPONENTS) {
                    throw new SceneException("font table GSUB: Expected a ligature of 1 to " + MAX_COMPONENTS
                            + " glyphs, found " + components
                            + ". The font is damaged; install it again.");
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

    private List<Integer> coverage(FontTable table) throws SceneException {
        List<Integer> covered = new ArrayList<>();
        int count = table.u16(2);
        if (table.u16(0) == 1) {
            for (int g = 0; g < count; g++) {
                count();
                covered.add(table.u16(4 + 2L * g));
            }
            return covered;
        }
        for (int range = 0; range < count; range++) {
            int last = table.u16(4 + 6L * range + 2);
            for (int glyph = table.u16(4 + 6L * range); glyph <= last; glyph++) {
                count();
                covered.add(glyph);
            }
        }
        return covered;
    }

    /// Bounds the work: tables may share their parts, so a small file can describe an endless one.
    private void count() throws SceneException {
        if (++read > MAX_READ) {
            throw new SceneException("font table GSUB: Expected at most " + MAX_READ
                    + " entries, found more. The font is damaged; install it again.");
        }
    }

    /// Returns the glyph of the whole sequence, or 0 if the font has none.
    int glyph(List<Integer> sequence) {
        return glyphs.getOrDefault(sequence, 0);
    }
}
