/// The house: settings, lifecycle, health, metrics and the embedded broker.
@NullMarked
package dev.clipstream.runtime;

import org.jspecify.annotations.NullMarked;
