package dev.clipstream.train.scene.concept;

import dev.clipstream.train.scene.Language;
import java.util.List;

/// A kind of thing that scenes show.
///
/// @param id         unique, lower case, fit for a file's name
/// @param pictograph what the font draws it for
/// @param english    its names in English
/// @param chinese    its names in Chinese
/// @param measure    the Chinese measure word that counts it
/// @param broader    words for what it is a kind of, the nearest first; empty: none
/// @param everyday   whether the default label set has it
public record Concept(
        String id,
        String pictograph,
        Words english,
        Words chinese,
        String measure,
        List<Broader> broader,
        boolean everyday) {

    /// What several concepts are kinds of.
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
