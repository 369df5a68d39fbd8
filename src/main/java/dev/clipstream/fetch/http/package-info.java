/// The source for `http:` and `https:`. URIs are hostile, so every connection passes the
/// [dev.clipstream.fetch.http.AddressGuard].
@NullMarked
package dev.clipstream.fetch.http;

import org.jspecify.annotations.NullMarked;
