package dev.clipstream.train.scene.concept;

import dev.clipstream.train.scene.Language;
import java.util.List;

/// A kind of object that scenes show.
///
/// @param id         unique, lower case, usable as a file name
/// @param pictograph the character or sequence that the font draws
/// @param english    its names in English
/// @param chinese    its names in Chinese
/// @param measure    the Chinese measure word that counts it
/// @param broader    its hypernyms, the nearest first; may be empty
/// @param everyday   whether the default label set contains it
public record Concept(
        String id,
        String pictograph,
        Words english,
        Words chinese,
        String measure,
        List<Broader> broader,
        boolean everyday) {

    /// A hypernym that several concepts share, such as "animal".
    public record Broader(String id, String english, String chinese) {
        public String in(Language language) {
            return language == Language.ENGLISH ? english : chinese;
        }
    }

    public Concept {
        broader = List.copyOf(broader);
    }

    public Words words(Language language) {
        return language == Language.ENGLISH ? english : chinese;
    }
}
