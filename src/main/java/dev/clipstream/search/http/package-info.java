/// The HTTP API below `/v1` and the web page.
///
/// In: HTTP requests. Out: JSON, JPEG thumbnails, server-sent events and the page's files; failures are
/// `application/problem+json`. [dev.clipstream.search] runs the searches. Kafka is behind three interfaces that
/// the caller implements: [dev.clipstream.search.http.MediaEvents], [dev.clipstream.search.http.MediaUploads] and
/// [dev.clipstream.search.http.Originals].
@NullMarked
package dev.clipstream.search.http;

import org.jspecify.annotations.NullMarked;
