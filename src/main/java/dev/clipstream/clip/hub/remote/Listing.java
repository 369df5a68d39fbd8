package dev.clipstream.clip.hub.remote;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/// A repository at one commit.
///
/// @param commit 40 hexadecimal digits; empty if the hub does not tell it
/// @param names  paths of its files. Those that could lead out of a folder are left out.
/// @param origin repositories that it says it has the weights of, such as the original of an export; may be empty
/// @param type   `model_type` of its `config.json`; empty if the hub does not tell it
public record Listing(Optional<String> commit, NavigableSet<String> names, List<String> origin, Optional<String> type) {
    public Listing {
        origin = List.copyOf(origin);
    }
}
