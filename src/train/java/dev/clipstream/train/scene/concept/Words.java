package dev.clipstream.train.scene.concept;

import java.util.List;

/// The names of a concept in one language.
///
/// @param name     its primary name; not blank
/// @param synonyms other names that captions use
/// @param heldOut  other names that no training caption uses
public record Words(String name, List<String> synonyms, List<String> heldOut) {
    public Words {
        synonyms = List.copyOf(synonyms);
        heldOut = List.copyOf(heldOut);
    }
}
