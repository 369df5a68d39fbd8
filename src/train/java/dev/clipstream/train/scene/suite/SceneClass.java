package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.compose.Scene;
import java.util.List;

/// A class of a suite.
///
/// @param id     name of its folder and id of its label
/// @param names  its name in English and in Chinese, which prompts use
/// @param scenes that belong to it
record SceneClass(String id, Names names, List<Scene> scenes) {
    /// A name in each language.
    record Names(String english, String chinese) {}

    SceneClass {
        scenes = List.copyOf(scenes);
    }
}
