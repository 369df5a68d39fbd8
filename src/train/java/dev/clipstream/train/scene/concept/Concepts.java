package dev.clipstream.train.scene.concept;

import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.font.CbdtFont;
import dev.clipstream.train.scene.font.Glyph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The concepts that a font draws and that have names in English and in Chinese, with their glyphs.
///
/// Excluded are skin tones, which are not objects; gendered variants of an activity, which differ by a few pixels;
/// digits and punctuation; pictographs that look like an earlier one (see [#SAME_LOOKS]); and pictographs that share
/// a name with an earlier or an everyday one. Everyday concepts are always included.
///
/// @param concepts in the order of the English file
/// @param glyphs   one for each concept, in the same order
public record Concepts(List<Concept> concepts, List<Glyph> glyphs) {
    /// Mean absolute difference of two glyphs' samples, of 255, below which they count as the same.
    static final double SAME_LOOKS = 4;

    private static final int SKIN_TONE_FIRST = 0x1F3FB;
    private static final int SKIN_TONE_LAST = 0x1F3FF;
    private static final int LAST_OF_ASCII = 0x7F;

    /// A sequence that ends with a gender sign, or a man or woman joined to something.
    private static final Pattern GENDERED = Pattern.compile("..+[♀♂]\\uFE0F?|[👨👩]\\u200D.*");

    /// Side in pixels of the level at which glyphs are compared.
    private static final int LOOK = 16;

    public Concepts {
        concepts = List.copyOf(concepts);
        glyphs = List.copyOf(glyphs);
    }

    /// Loads the concepts.
    ///
    /// @param font        a colour bitmap font
    /// @param annotations folder with `en.xml` and `zh.xml`
    /// @throws SceneException if the font or the names cannot be read
    public static Concepts load(Path font, Path annotations) throws SceneException {
        CbdtFont pictures = CbdtFont.open(font);
        Dictionary dictionary = new Dictionary(
                Annotations.read(annotations.resolve("en.xml")), Annotations.read(annotations.resolve("zh.xml")));
        List<Concept> concepts = new ArrayList<>();
        List<Glyph> glyphs = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (String pictograph : dictionary.pictographs()) {
            Optional<byte[]> png = isThing(pictograph) ? pictures.png(pictograph) : Optional.empty();
            if (png.isEmpty()) {
                continue;
            }
            Concept concept = dictionary.concept(pictograph);
            List<String> names = List.of(
                    concept.id(), concept.english().name(), concept.chinese().name());
            if (!concept.everyday()
                    && names.stream().anyMatch(name -> taken.contains(name) || dictionary.everydayName(name))) {
                continue;
            }
            Glyph glyph = decode(png.get(), pictograph, font);
            if (concept.everyday() || glyphs.stream().noneMatch(other -> looksLike(glyph, other))) {
                taken.addAll(names);
                concepts.add(concept);
                glyphs.add(glyph);
            }
        }
        if (concepts.isEmpty()) {
            throw new SceneException(font + ": Expected images of the pictographs that " + annotations
                    + " names, found none. Use NotoColorEmoji.ttf with CLDR's annotations.");
        }
        return new Concepts(concepts, glyphs);
    }

    private static Glyph decode(byte[] png, String pictograph, Path font) throws SceneException {
        try {
            return Glyph.decode(png);
        } catch (IOException e) {
            throw new SceneException(
                    font + ": Expected an image of '" + pictograph + "', found " + e.getMessage()
                            + ". The font is damaged; install it again.",
                    e);
        }
    }

    private static boolean isThing(String pictograph) {
        int character = pictograph.codePointAt(0);
        boolean skinTone = character >= SKIN_TONE_FIRST && character <= SKIN_TONE_LAST;
        return character > LAST_OF_ASCII
                && !skinTone
                && !GENDERED.matcher(pictograph).matches();
    }

    private static boolean looksLike(Glyph one, Glyph other) {
        int[] left = one.pixels(one.level(LOOK));
        int[] right = other.pixels(other.level(LOOK));
        long sum = 0;
        for (int i = 0; i < left.length && i < right.length; i++) {
            for (int shift = 0; shift < 32; shift += 8) {
                sum += Math.abs(((left[i] >>> shift) & 0xFF) - ((right[i] >>> shift) & 0xFF));
            }
        }
        return sum / (4.0 * left.length) < SAME_LOOKS;
    }
}
