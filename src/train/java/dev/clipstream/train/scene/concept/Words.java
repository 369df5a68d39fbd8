package dev.clipstream.train.scene.concept;

import java.util.List;

/// What a thing is called in one language.
///
/// @param name     the word that it goes by; not blank
/// @param synonyms other words for it that captions use
/// @param heldOut  other words for it that no caption of a training ever uses
public record Words(String name, List<String> synonyms, List<String> heldOut) {
    public Words {
        synonyms = List.copyOf(synonyms);
        heldOut = List.copyOf(heldOut);
    }
}
