/// Models by name: the catalogue of well-known models.
///
/// In: a name such as `openai/clip-vit-base-patch32`. Out: where its files lie and what is known of it. This package
/// knows no ONNX Runtime and opens no model.
@NullMarked
package dev.clipstream.clip.hub;

import org.jspecify.annotations.NullMarked;
