/// Test suites of held-out scenes: concepts go in, folders of images with label sets or manifests come out, for
/// `clipstream evaluate` and `clipstream train`.
@NullMarked
package dev.clipstream.train.scene.suite;

import org.jspecify.annotations.NullMarked;
