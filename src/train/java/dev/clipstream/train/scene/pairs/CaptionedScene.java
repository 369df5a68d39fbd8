package dev.clipstream.train.scene.pairs;

import dev.clipstream.train.scene.compose.Scene;

/// A pair before anything is painted.
public record CaptionedScene(Scene scene, String caption) {}
