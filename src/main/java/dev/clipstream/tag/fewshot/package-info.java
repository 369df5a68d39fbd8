/// Few-shot labels: example pictures that shift a label's vector.
///
/// In: text vectors and the vectors of examples. Out: class vectors, and weights chosen by leave-one-out.
@NullMarked
package dev.clipstream.tag.fewshot;

import org.jspecify.annotations.NullMarked;
