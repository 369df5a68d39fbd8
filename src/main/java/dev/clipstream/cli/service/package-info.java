/// Commands that run the service in this process, `run` and `demo`, and `settings`, which lists its settings.
///
/// In: settings. Out: a running service; the demo also prints tags as they arrive.
@NullMarked
package dev.clipstream.cli.service;

import org.jspecify.annotations.NullMarked;
