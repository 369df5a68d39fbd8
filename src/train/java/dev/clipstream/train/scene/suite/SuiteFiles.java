package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.compose.Scene;
import java.util.List;
import java.util.Map;

/// The files of a suite before anything is painted or written.
///
/// @param images in the order of writing
/// @param texts    contents of the other files, by name
record SuiteFiles(List<Image> images, Map<String, String> texts) {

    /// An image of a suite.
    ///
    /// @param file  path in the suite's folder; the extension is the format
    /// @param scene that it shows
    /// @param side  in pixels
    record Image(String file, Scene scene, int side) {}

    SuiteFiles {
        images = List.copyOf(images);
        texts = Map.copyOf(texts);
    }
}
