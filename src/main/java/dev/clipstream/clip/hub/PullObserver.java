package dev.clipstream.clip.hub;

import java.nio.file.Path;

/// Sees how a pull goes on. [#received] may be called by several threads at once.
public interface PullObserver {
    /// What is about to be pulled.
    ///
    /// @param model   as the user named it
    /// @param commit  that its revision stands for
    /// @param weights of its graphs, one of [dev.clipstream.clip.ModelOptions#PREFERENCE]
    /// @param files   number of files that are missing
    /// @param bytes   their size
    /// @param present bytes of them that an earlier pull left behind
    /// @param from    name of the hub's host
    /// @param into    the repository's folder in the cache
    record Announcement(
            String model, String commit, String weights, int files, long bytes, long present, String from, Path into) {}

    /// Says what is about to be pulled, before the first byte. Called again if the graphs name more files.
    void announced(Announcement announcement);

    /// Says that bytes of the announced ones have arrived.
    ///
    /// @param bytes may be negative: bytes that arrived before are to come again
    void received(long bytes);

    /// Says that everything announced is there.
    void finished();

    /// Says that something went wrong that does not stop the pull.
    void warned(String message);
}
