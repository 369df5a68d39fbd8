package dev.clipstream.train.scene.pairs;

import dev.clipstream.train.scene.compose.Scene;

/// A scene and its caption, not painted yet.
public record CaptionedScene(Scene scene, String caption) {}
