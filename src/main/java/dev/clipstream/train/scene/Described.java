package dev.clipstream.train.scene;

/// A pair before anything is painted.
record Described(Scene scene, String caption) {}
