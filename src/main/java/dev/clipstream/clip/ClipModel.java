package dev.clipstream.clip;

import dev.clipstream.image.Preprocessing;
import java.nio.file.Path;
import java.util.List;

/// An opened and proven model bundle: both towers, the tokenizer, and what turns cosines
/// into probabilities.
///
/// Owns the sessions, the tokenizer and their native memory until closed; close whatever embeds with it
/// first. Its parts are safe for use by many threads.
public final class ClipModel implements AutoCloseable {
    private final ModelDescription description;
    private final ClipTokenizer tokenizer;
    private final TextEncoder textEncoder;
    private final TextEncoder queryEncoder;
    private final List<OnnxImageSession> imageSessions;
    private final List<AutoCloseable> owned;

    /// @param owned closed in this order, after the image sessions
    ClipModel(
            ModelDescription description,
            ClipTokenizer tokenizer,
            TextEncoder textEncoder,
            TextEncoder queryEncoder,
            List<OnnxImageSession> imageSessions,
            List<AutoCloseable> owned) {
        this.description = description;
        this.tokenizer = tokenizer;
        this.textEncoder = textEncoder;
        this.queryEncoder = queryEncoder;
        this.imageSessions = List.copyOf(imageSessions);
        this.owned = List.copyOf(owned);
    }

    /// Opens a bundle and runs it once, so that what is returned serves.
    ///
    /// @param bundle  a folder in one of the layouts that models are published in
    /// @param options devices and weights
    /// @throws ModelException the bundle or the device is not what it must be:
    ///                        expected, found, what to do
    public static ClipModel open(Path bundle, ModelOptions options) throws ModelException {
        return ModelOpening.open(bundle, options);
    }

    /// Who made its vectors.
    public ModelIdentity identity() {
        return description.identity();
    }

    /// What it does to a picture.
    public Preprocessing preprocessing() {
        return description.preprocessing();
    }

    /// How its cosines become probabilities.
    public Scoring scoring() {
        return description.scoring();
    }

    /// Its tokenizer.
    public ClipTokenizer tokenizer() {
        return tokenizer;
    }

    /// Its text tower, on the first of its devices.
    public TextEncoder textEncoder() {
        return textEncoder;
    }

    /// Its text tower for what people search by. With [ModelOptions#queries()] in a session of its own, where a query
    /// waits for no batch and on a CPU runs on its caller's thread: threads that are shared with batches meet
    /// after every operator, and wait there for the slowest. Otherwise the same as [#textEncoder()].
    public TextEncoder queryEncoder() {
        return queryEncoder;
    }

    /// Its image tower, once a device; at least one.
    public List<ImageSession> imageSessions() {
        return List.copyOf(imageSessions);
    }

    OnnxImageSession firstSession() {
        return imageSessions.getFirst();
    }

    /// Everything that a person may want to see.
    public ModelDescription describe() {
        return description;
    }

    @Override
    public void close() {
        imageSessions.forEach(ImageSession::close);
        Closing.all(owned);
    }
}
