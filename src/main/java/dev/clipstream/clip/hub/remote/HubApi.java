package dev.clipstream.clip.hub.remote;

import dev.clipstream.clip.hub.http.HubConnection;
import java.io.IOException;
import java.net.URI;

/// What is asked of a hub.
public interface HubApi {
    /// Returns a repository's state at a revision.
    ///
    /// @param repository `ORG/NAME`
    /// @param revision   branch, tag or commit
    /// @throws IOException if the hub cannot be reached, does not have it, or does not show it
    Listing list(String repository, String revision) throws IOException;

    /// Describes one of the files of a listing.
    ///
    /// @param revision as it was listed
    /// @throws IOException if the hub does not tell its size and checksum
    RemoteFile describe(String repository, String revision, Listing listing, String name) throws IOException;

    /// Returns where a file of a repository is, at a branch, tag or commit.
    URI file(String repository, String revision, String name);

    /// Returns the page on which people read about a repository and accept its licence.
    String page(String repository);

    /// Returns the connection that it asks through.
    HubConnection connection();
}
