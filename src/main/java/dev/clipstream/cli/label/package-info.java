/// The command `labels`: checks label sets and changes them on their topic.
///
/// In: label set files and the topic `media.labels`. Out: records on that topic, and what they change.
@NullMarked
package dev.clipstream.cli.label;

import org.jspecify.annotations.NullMarked;
