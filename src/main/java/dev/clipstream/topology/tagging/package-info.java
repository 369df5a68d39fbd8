/// The topology `tagging`: from vectors to zero-shot tags.
///
/// In: `media.embedded`. Out: `media.tagged` and `media.rejected`.
@NullMarked
package dev.clipstream.topology.tagging;

import org.jspecify.annotations.NullMarked;
