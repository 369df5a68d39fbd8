package dev.clipstream.clip.hub;

import dev.clipstream.clip.bundle.LearnedScale;
import dev.clipstream.clip.bundle.Safetensors;
import dev.clipstream.clip.hub.http.StatusException;
import dev.clipstream.clip.hub.remote.HubApi;
import dev.clipstream.clip.hub.remote.Listing;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Reads the learned scale out of a repository's original weights by range requests: the header, then the value.
final class OriginalScale {
    /// A repository that may have the original weights.
    ///
    /// @param revision to read them at
    /// @param note     for people: why it is asked; empty if its name says enough
    record Candidate(String repository, String revision, String note) {}

    private OriginalScale() {}

    /// @return empty if the repository has no weights in safetensors, or they have no scale
    /// @throws IOException if the hub does not give them
    private static Optional<LearnedScale> read(HubApi api, Candidate candidate) throws IOException {
        String repository = candidate.repository();
        Listing listing = api.list(repository, candidate.revision());
        String commit = listing.commit().orElse(candidate.revision());
        Optional<String> name =
                Safetensors.NAMES.stream().filter(listing.names()::contains).findFirst();
        if (name.isEmpty() && listing.names().contains(Safetensors.INDEX)) {
            name = Safetensors.shard(api.connection()
                    .json(api.file(repository, commit, Safetensors.INDEX))
                    .json());
        }
        if (name.isEmpty()) {
            return Optional.empty();
        }
        URI file = api.file(repository, commit, name.get());
        return Safetensors.scale(
                (from, length) -> api.connection().range(file, from, length),
                repository + "@" + commit + "/" + name.get() + candidate.note());
    }

    /// Reads the scale of the first of several repositories that has one.
    ///
    /// @param candidates the best first
    /// @return empty if none has one, or gives it
    static Optional<LearnedScale> first(HubApi api, List<Candidate> candidates, PullObserver observer) {
        for (Candidate candidate : candidates) {
            String repository = candidate.repository();
            try {
                Optional<LearnedScale> scale = read(api, candidate);
                if (scale.isPresent()) {
                    return scale;
                }
            } catch (StatusException e) {
                observer.warned("The learned scale in the original weights of " + repository + " was not read: "
                        + HubFailures.text(e));
            } catch (IOException e) {
                observer.warned("The learned scale in the original weights of " + repository + " was not read: "
                        + HubFailures.text(e) + ". `clipstream model pull` tries again");
            }
        }
        return Optional.empty();
    }
}
