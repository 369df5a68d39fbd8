/// Label sets over HTTP: what applies, changes of the topic, and what a change would do.
///
/// In: requests for `/v1/labels`. Out: label sets and refusals as JSON or YAML.
@NullMarked
package dev.clipstream.search.http.label;

import org.jspecify.annotations.NullMarked;
