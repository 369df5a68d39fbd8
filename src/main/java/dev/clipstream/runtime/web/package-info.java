/// The Spring configuration: beans of the pipeline, of health and metrics, and of the HTTP API and page.
///
/// Settings come in as Spring's environment; an application context goes out. Depends on `pipeline`, `kafka` and
/// `settings`.
@NullMarked
package dev.clipstream.runtime.web;

import org.jspecify.annotations.NullMarked;
