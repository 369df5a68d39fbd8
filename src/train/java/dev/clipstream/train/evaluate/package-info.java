/// How good a model is: zero-shot accuracy, retrieval, loss and confusions on somebody's pictures.
@NullMarked
package dev.clipstream.train.evaluate;

import org.jspecify.annotations.NullMarked;
