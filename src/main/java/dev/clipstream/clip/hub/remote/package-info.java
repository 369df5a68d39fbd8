/// The hubs' own interfaces: which files a repository has at a revision, and where each one is. A repository's answer
/// becomes a [dev.clipstream.clip.hub.remote.Listing], in which every path and checksum has been checked.
@NullMarked
package dev.clipstream.clip.hub.remote;

import org.jspecify.annotations.NullMarked;
