/// Commands on the media index: `search` and `index`.
///
/// In: queries and index names. Out: results and index descriptions, as JSON Lines or a table.
@NullMarked
package dev.clipstream.cli.index;

import org.jspecify.annotations.NullMarked;
