/// The caches on this machine, in the layouts of the Python clients, so that neither side pulls what the other has.
@NullMarked
package dev.clipstream.clip.hub.cache;

import org.jspecify.annotations.NullMarked;
