/// Runs Clipstream as a service. This package is empty; those below depend on each other in one direction:
/// `lifecycle` → `web` → `pipeline` → `kafka` and `index` → `settings`. `broker` depends on none of them.
@NullMarked
package dev.clipstream.runtime;

import org.jspecify.annotations.NullMarked;
