/// Opens and proves model bundles: the wiring of `bundle`, `family`, `text` and `onnx`.
///
/// In: a folder and options. Out: a [dev.clipstream.clip.ClipModel] that has run once, or a refusal.
@NullMarked
package dev.clipstream.clip.opening;

import org.jspecify.annotations.NullMarked;
