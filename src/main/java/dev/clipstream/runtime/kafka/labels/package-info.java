/// The topic of label sets: each instance follows it with a consumer of its own, and clients change it.
///
/// In: `media.labels`, by the name of the set. Out: a [dev.clipstream.tag.TaggerSnapshot] of the sets that are valid
/// for the instance's model, and what became of each record.
@NullMarked
package dev.clipstream.runtime.kafka.labels;

import org.jspecify.annotations.NullMarked;
