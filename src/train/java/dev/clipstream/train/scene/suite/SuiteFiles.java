package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.compose.Scene;
import java.util.List;
import java.util.Map;

/// What a suite consists of, before anything is painted or written.
///
/// @param pictures in the order in which they are written
/// @param texts    content of the other files, by name
record SuiteFiles(List<Picture> pictures, Map<String, String> texts) {

    /// A picture of a suite.
    ///
    /// @param file  its path in the suite's folder; the ending says the format
    /// @param scene that it shows
    /// @param side  in pixels
    record Picture(String file, Scene scene, int side) {}

    SuiteFiles {
        pictures = List.copyOf(pictures);
        texts = Map.copyOf(texts);
    }
}
