/// Stage 2 of 7: URI to bytes.
///
/// The URI of an upload event, which is hostile, comes in. The encoded image goes out, or a
/// [dev.clipstream.fetch.FetchException] that says why not and whether to retry. This package holds the contract: the
/// [dev.clipstream.fetch.MediaFetcher] keeps deadline, retries and memory, and a [dev.clipstream.fetch.MediaSource]
/// reads the bytes. Each source is a package of its own with its own settings, and does not know the others. A new
/// scheme is one more such package; `runtime` registers it.
@NullMarked
package dev.clipstream.fetch;

import org.jspecify.annotations.NullMarked;
