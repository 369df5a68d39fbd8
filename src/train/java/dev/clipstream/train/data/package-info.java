/// The user's own captioned images: manifests and folders go in, training pairs and evaluation images come out.
/// [Pairs] is the contract of every source of training data.
@NullMarked
package dev.clipstream.train.data;

import org.jspecify.annotations.NullMarked;
