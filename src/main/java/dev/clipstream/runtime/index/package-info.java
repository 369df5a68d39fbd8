/// Chooses the media index that the settings name.
///
/// In: the `index.*` settings. Out: the [dev.clipstream.index.MediaIndexFactory] of the store. A further store is one
/// more case here; no other class knows which stores there are.
@NullMarked
package dev.clipstream.runtime.index;

import org.jspecify.annotations.NullMarked;
