/// Stage 5 of 7: vectors to tags.
///
/// In: an [dev.clipstream.clip.Embedding] and a [dev.clipstream.label.LabelSet]. Out: zero-shot tags with
/// probability and cosine. It depends on neither Kafka nor Spring nor Redis.
@NullMarked
package dev.clipstream.tag;

import org.jspecify.annotations.NullMarked;
