package dev.clipstream.clip.hub;

import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.bundle.LearnedScale;
import dev.clipstream.clip.hub.cache.HubCache;
import java.util.List;
import java.util.Optional;

/// A repository that a user's reference leads to.
///
/// @param reference as the user gave it
/// @param name      `ORG/NAME` on the hub: the reference's own, or that of the export that the catalogue names
/// @param subfolder of the model in the repository, with a slash at its end; empty for the repository itself
/// @param id        the model's name in records, `ORG/NAME`
/// @param originals repositories that may have the original weights, the best first
/// @param published learned scale that the catalogue knows, for originals without readable weights
/// @param cache     where its files are kept
record Repository(
        ModelReference reference,
        String name,
        String subfolder,
        String id,
        List<String> originals,
        Optional<LearnedScale> published,
        HubCache cache) {
    Repository {
        originals = List.copyOf(originals);
    }

    /// Returns the branch, tag or commit that is wanted.
    String revision() {
        return reference.revision().orElse(defaultBranch());
    }

    /// Returns the branch that a revision is taken from where none is named.
    String defaultBranch() {
        return reference.place() == ModelReference.Place.MODELSCOPE ? "master" : "main";
    }

    /// Returns the key of a choice of weights in the record of a pull.
    String choice(String weights) {
        return subfolder + weights;
    }
}
