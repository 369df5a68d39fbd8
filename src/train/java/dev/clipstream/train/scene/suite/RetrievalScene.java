package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.compose.Scene;
import java.util.List;

/// A scene of a suite with texts that are true of it.
///
/// @param texts at least one
record RetrievalScene(Scene scene, List<String> texts) {
    RetrievalScene {
        texts = List.copyOf(texts);
    }
}
