package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.compose.Scene;
import java.util.List;

/// A scene of a suite with what may be said of it.
///
/// @param texts at least one; each is true of the scene
record RetrievalScene(Scene scene, List<String> texts) {
    RetrievalScene {
        texts = List.copyOf(texts);
    }
}
