/// Stage 6 of 7: vectors and tags to a searchable index.
///
/// In: [dev.clipstream.index.MediaWrite]s, in any order, any number of times. Out: a
/// [dev.clipstream.index.MediaIndex] of the media of one model, asked by vector, filter and id. The only package that
/// knows Redis and Lucene; its contract knows neither these nor Kafka nor Spring.
@NullMarked
package dev.clipstream.index;

import org.jspecify.annotations.NullMarked;
