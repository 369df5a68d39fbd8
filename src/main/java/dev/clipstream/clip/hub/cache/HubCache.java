package dev.clipstream.clip.hub.cache;

import dev.clipstream.clip.hub.remote.Checksum;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A cache's layout: where the files of a repository are.
public interface HubCache {
    /// Returns the folder of all repositories.
    Path root();

    /// Returns a repository's own folder.
    ///
    /// @param repository `ORG/NAME`
    Path repository(String repository);

    /// Returns the state of a revision that the cache has; empty if it has none.
    ///
    /// @return the name of the folder that [#snapshot] returns
    Optional<String> state(String repository, String revision) throws IOException;

    /// Returns the name of the state that a pull of a revision makes.
    ///
    /// @param commit that the hub names; empty if it names none
    String stateOf(String revision, Optional<String> commit);

    /// Returns whether the files of a state may become others, as those of a branch do.
    boolean isMutable();

    /// Notes that a revision stands for a state from now on.
    void setState(String repository, String revision, String state) throws IOException;

    /// Returns the folder that shows a repository's files at one state.
    Path snapshot(String repository, String state) throws IOException;

    /// Returns where a file's bytes, its link and its lock are.
    ///
    /// @param name path of the file inside the repository
    CachedFile file(String repository, String state, String name, Checksum checksum) throws IOException;

    /// Returns the lock of what belongs to a repository as a whole.
    Path lock(String repository);
}
