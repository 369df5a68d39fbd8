/// Runs Clipstream as a service. The packages below depend on each other in one direction:
/// `lifecycle` → `web` → `pipeline` → `kafka` → `settings`; `broker` stands alone. This package has what opens the
/// media
/// index that the settings name.
@NullMarked
package dev.clipstream.runtime;

import org.jspecify.annotations.NullMarked;
