/// Starts the service, stops it in order, and handles signals to the process.
///
/// Settings of the command line come in; a running service, or a [dev.clipstream.runtime.settings.StartException], goes
/// out. Depends on `web` and all below it.
@NullMarked
package dev.clipstream.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
