/// Trains a CLIP model: image-caption pairs go in, a trained pair of towers comes out.
///
/// This source set (`src/train`) is compiled after the service and is not visible to it. The way of the data:
///
/// - [dev.clipstream.train.data] reads image-caption pairs, and [dev.clipstream.train.scene] synthesizes them.
/// - This package runs the steps on [dev.clipstream.train.engine], which computes the towers that
///   [dev.clipstream.train.tower] declares; [dev.clipstream.train.text] builds the tokenizer's vocabulary.
/// - [dev.clipstream.train.evaluate] measures a model, and [dev.clipstream.train.export] writes the model bundle.
/// - [dev.clipstream.train.cli] holds the commands.
@NullMarked
package dev.clipstream.train;

import org.jspecify.annotations.NullMarked;
