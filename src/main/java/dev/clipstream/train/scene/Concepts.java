package dev.clipstream.train.scene;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The concepts that a font draws and that have a name in English and in Chinese, with their rasters.
///
/// Left out: skin tones, since they are no things; the man's and the woman's form of what
/// a person does, which differ by a few pixels; digits and punctuation; pictographs that look like one before them
/// (a raster that differs by less than [#SAME_LOOKS]), and those that have a name of one before them.
///
/// @param concepts in the order of the English file
/// @param glyphs   one for each concept, in the same order
record Concepts(List<Concept> concepts, List<Glyph> glyphs) {
    /// One in so many of a concept's synonyms is held out.
    static final int SYNONYMS_HELD_OUT = 5;

    /// Mean difference of two rasters' samples, of 255, below which they pass for one.
    static final double SAME_LOOKS = 4;

    /// Chinese measure words from these pictographs on, in the files' order.
    private static final Map<String, String> MEASURES =
            Map.of("🐵", "只", "💐", "朵", "🌱", "棵", "🍇", "个", "🚂", "辆", "🚏", "个", "⛵", "艘", "✈", "架", "💺", "个");

    /// A keyword of more pictographs than these, such as "face", tells too little to be a caption.
    private static final int MAX_USES = 3;

    private static final int SKIN_TONE_FIRST = 0x1F3FB;
    private static final int SKIN_TONE_LAST = 0x1F3FF;

    Concepts {
        concepts = List.copyOf(concepts);
        glyphs = List.copyOf(glyphs);
    }

    /// @param annotations folder of `en.xml` and `zh.xml`
    static Concepts load(Path font, Path annotations) throws SceneException {
        CbdtFont pictures = CbdtFont.open(font);
        Annotations english = Annotations.read(annotations.resolve("en.xml"));
        Annotations chinese = Annotations.read(annotations.resolve("zh.xml"));
        Map<String, String[]> everyday = everyday();
        Map<String, Concept.Broader> broader = new HashMap<>();
        Map<String, String> parents = new HashMap<>();
        for (String[] row : TabbedResource.rows("broader.tsv")) {
            broader.put(row[0], new Concept.Broader(row[0], row[1], row[2]));
            parents.put(row[0], row[3]);
        }
        List<Concept> concepts = new ArrayList<>();
        List<Glyph> glyphs = new ArrayList<>();
        List<int[]> looks = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        everyday.values().forEach(row -> taken.addAll(List.of(row[1], first(row[2]), first(row[3]))));
        // what some concept goes by is a caption; it cannot be held out as another one's synonym
        Set<String> names = new HashSet<>(english.names().values());
        names.addAll(chinese.names().values());
        everyday.values().forEach(row -> names.addAll(List.of(first(row[2]), first(row[3]))));
        broader.values().forEach(kind -> names.addAll(List.of(kind.english(), kind.chinese())));
        String measure = "个";
        for (String pictograph : english.names().keySet()) {
            measure = MEASURES.getOrDefault(pictograph, measure);
            String chineseName = chinese.names().get(pictograph);
            if (chineseName == null || !isThing(pictograph)) {
                continue;
            }
            Optional<byte[]> png = pictures.png(pictograph);
            if (png.isEmpty()) {
                continue;
            }
            String[] row = everyday.get(pictograph);
            Concept concept = row == null
                    ? plain(pictograph, measure, english, chinese, names)
                    : everyday(row, measure, english, chinese, names, broader, parents);
            if (row == null
                    && (taken.contains(concept.id())
                            || taken.contains(concept.english().name())
                            || taken.contains(concept.chinese().name()))) {
                continue;
            }
            Glyph glyph;
            try {
                glyph = Glyph.decode(png.get());
            } catch (IOException e) {
                throw new SceneException(
                        font + ": a picture of '" + pictograph + "' was expected, found " + e.getMessage(), e);
            }
            int[] look = glyph.pixels(glyph.level(16));
            if (row == null && looks.stream().anyMatch(other -> difference(look, other) < SAME_LOOKS)) {
                continue;
            }
            taken.addAll(List.of(
                    concept.id(), concept.english().name(), concept.chinese().name()));
            concepts.add(concept);
            glyphs.add(glyph);
            looks.add(look);
        }
        if (concepts.isEmpty()) {
            throw new SceneException(font + ": pictures of what " + annotations
                    + " names were expected, found none: use NotoColorEmoji.ttf with CLDR's annotations");
        }
        return new Concepts(concepts, glyphs);
    }

    private static boolean isThing(String pictograph) {
        int character = pictograph.codePointAt(0);
        boolean gendered = pictograph.matches(".*[♀♂]️?|[👨👩]\u200D.*") && pictograph.length() > 2;
        return character > 0x7F && !gendered && !(character >= SKIN_TONE_FIRST && character <= SKIN_TONE_LAST);
    }

    static double difference(int[] one, int[] other) {
        long sum = 0;
        for (int i = 0; i < one.length && i < other.length; i++) {
            for (int shift = 0; shift < 32; shift += 8) {
                sum += Math.abs(((one[i] >>> shift) & 0xFF) - ((other[i] >>> shift) & 0xFF));
            }
        }
        return sum / (4.0 * one.length);
    }

    private static Concept plain(
            String pictograph, String measure, Annotations english, Annotations chinese, Set<String> names) {
        Words named = words("en", List.of(), pictograph, english, names);
        return new Concept(
                id(named.name()),
                pictograph,
                named,
                words("zh", List.of(), pictograph, chinese, names),
                measure,
                List.of(),
                false);
    }

    private static Concept everyday(
            String[] row,
            String measure,
            Annotations english,
            Annotations chinese,
            Set<String> names,
            Map<String, Concept.Broader> broader,
            Map<String, String> parents) {
        List<Concept.Broader> kinds = new ArrayList<>();
        for (String kind = row[4]; !kind.isEmpty(); kind = parents.getOrDefault(kind, "")) {
            kinds.add(broader.get(kind));
        }
        return new Concept(
                row[1],
                row[0],
                words("en", List.of(row[2].split("\\|", -1)), row[0], english, names),
                words("zh", List.of(row[3].split("\\|", -1)), row[0], chinese, names),
                measure,
                kinds,
                true);
    }

    private static Words words(
            String language, List<String> own, String pictograph, Annotations annotations, Set<String> names) {
        Set<String> all = new LinkedHashSet<>(own);
        all.add(annotations.names().get(pictograph));
        for (String keyword : annotations.keywords().getOrDefault(pictograph, List.of())) {
            if (annotations.uses(keyword) <= MAX_USES) {
                all.add(keyword);
            }
        }
        String name = all.iterator().next();
        all.remove(name);
        List<String> trained = new ArrayList<>();
        List<String> heldOut = new ArrayList<>();
        for (String word : all) {
            boolean out = !names.contains(word) && Split.heldOut("synonym " + language, word, SYNONYMS_HELD_OUT);
            (out ? heldOut : trained).add(word);
        }
        return new Words(name, trained, heldOut);
    }

    private static String id(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
    }

    private static String first(String names) {
        return names.split("\\|", -1)[0];
    }

    private static Map<String, String[]> everyday() throws SceneException {
        Map<String, String[]> byPictograph = new HashMap<>();
        for (String[] row : TabbedResource.rows("everyday.tsv")) {
            byPictograph.put(row[0], row);
        }
        return byPictograph;
    }
}
