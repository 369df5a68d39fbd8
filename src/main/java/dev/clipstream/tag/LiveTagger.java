package dev.clipstream.tag;

import dev.clipstream.clip.ModelIdentity;

/// Holds the tagger in use, so that a changed label set takes effect without a restart.
///
/// Safe for use by many threads. A caller reads [#current()] once per image and does all work on that image with
/// the tagger it got: every image is tagged wholly with one label set. [#replace] returns at once; work that began
/// before it finishes with the previous tagger.
public final class LiveTagger {
    private volatile ZeroShotTagger current;

    /// @param initial the tagger in use until the first [#replace]
    public LiveTagger(ZeroShotTagger initial) {
        this.current = initial;
    }

    /// Returns the tagger in use.
    public ZeroShotTagger current() {
        return current;
    }

    /// Replaces the tagger in use. When two threads call this at the same time, one of their taggers stays.
    ///
    /// @param changed a tagger of the same model
    /// @throws IllegalArgumentException if `changed` is of another model
    public void replace(ZeroShotTagger changed) {
        ModelIdentity model = current.model();
        if (!changed.model().equals(model)) {
            throw new IllegalArgumentException("Expected a tagger of the model " + model.id() + " ("
                    + model.fingerprint() + "), found one of " + changed.model().id() + " ("
                    + changed.model().fingerprint() + "). Create the tagger with the model in use.");
        }
        current = changed;
    }
}
