package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.compose.Scene;
import java.util.List;

/// A class of a suite.
///
/// @param id     its folder's name and its label's id
/// @param names  its name in English and in Chinese, the one that prompts are made with
/// @param scenes that belong to it
record SceneClass(String id, Names names, List<Scene> scenes) {
    /// A name in each language.
    record Names(String english, String chinese) {}

    SceneClass {
        scenes = List.copyOf(scenes);
    }
}
