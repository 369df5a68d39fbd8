package dev.clipstream.clip;

import dev.clipstream.image.Preprocessing;
import java.util.List;

/// An opened and proven model bundle: both towers, the tokenizer, and what turns cosines into probabilities.
///
/// Owns its sessions, its tokenizer and their native memory until closed. Close everything that embeds with it first.
/// Its parts are safe for use by many threads.
public final class ClipModel implements AutoCloseable {
    private final ModelDescription description;
    private final ClipTokenizer tokenizer;
    private final TextEncoder textEncoder;
    private final TextEncoder queryEncoder;
    private final List<ImageSession> imageSessions;
    private final OwnedParts owned;

    /// @param imageSessions one per device, at least one; closed by this model
    /// @param owned         everything else that the model owns; closed after the image sessions
    public ClipModel(
            ModelDescription description,
            ClipTokenizer tokenizer,
            TextEncoder textEncoder,
            TextEncoder queryEncoder,
            List<ImageSession> imageSessions,
            OwnedParts owned) {
        this.description = description;
        this.tokenizer = tokenizer;
        this.textEncoder = textEncoder;
        this.queryEncoder = queryEncoder;
        this.imageSessions = List.copyOf(imageSessions);
        this.owned = owned;
    }

    /// Returns the identity that is published with its vectors.
    public ModelIdentity identity() {
        return description.identity();
    }

    /// Returns how an image becomes its input.
    public Preprocessing preprocessing() {
        return description.preprocessing();
    }

    /// Returns how its cosines become probabilities.
    public Scoring scoring() {
        return description.scoring();
    }

    /// Returns how its cosines become probabilities, for a use that publishes these.
    ///
    /// @throws ModelException if neither a file of the model nor its family says
    public Scoring requireScoring() throws ModelException {
        if (!description.scoringKnown()) {
            throw new ModelException(
                    "the learned scale of " + identity().id() + ", which probabilities need",
                    "none in its files, and a model of no known family",
                    "write logit_scale (and logit_bias, if it scores by sigmoid) into clipstream.json in its folder;"
                            + " vectors need none of them");
        }
        return description.scoring();
    }

    /// Returns its tokenizer.
    public ClipTokenizer tokenizer() {
        return tokenizer;
    }

    /// Returns its text tower, on the first of its devices.
    public TextEncoder textEncoder() {
        return textEncoder;
    }

    /// Returns its text tower for queries.
    ///
    /// With [ModelOptions#queries()] it has a session of its own, where a query waits for no batch and, on a CPU,
    /// runs on its caller's thread: threads that are shared with batches meet after every operator and wait there
    /// for the slowest. Otherwise it is the same as [#textEncoder()].
    public TextEncoder queryEncoder() {
        return queryEncoder;
    }

    /// Returns its image tower, one session per device; at least one.
    public List<ImageSession> imageSessions() {
        return imageSessions;
    }

    /// Describes the model.
    public ModelDescription describe() {
        return description;
    }

    @Override
    public void close() {
        imageSessions.forEach(ImageSession::close);
        owned.close();
    }
}
