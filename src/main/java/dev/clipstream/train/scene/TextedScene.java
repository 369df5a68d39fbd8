package dev.clipstream.train.scene;

import java.util.List;

/// A scene of a suite with what may be said of it.
///
/// @param texts at least one; each is true of the scene
record TextedScene(Scene scene, List<String> texts) {
    TextedScene {
        texts = List.copyOf(texts);
    }
}
