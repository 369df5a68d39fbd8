/// Stage 2 of 7: URI to bytes.
///
/// In: the URI of an upload event, which is hostile. Out: the encoded picture, or a
/// [dev.clipstream.fetch.FetchException] that says why not and whether to try again. Another scheme is
/// one more [dev.clipstream.fetch.MediaSource].
@NullMarked
package dev.clipstream.fetch;

import org.jspecify.annotations.NullMarked;
