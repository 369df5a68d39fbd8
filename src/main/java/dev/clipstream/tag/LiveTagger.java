package dev.clipstream.tag;

import dev.clipstream.clip.ModelIdentity;

/// Holds the taggers in use, so that changed label sets take effect without a restart.
///
/// Safe for use by many threads. A caller reads [#current()] once per image and does all work on that image with the
/// snapshot it got: every image is tagged wholly with one version of each label set. [#replace] returns at once; work
/// that began before it finishes with the previous snapshot.
public final class LiveTagger {
    private volatile TaggerSnapshot current;

    /// @param initial the taggers in use until the first [#replace]
    public LiveTagger(TaggerSnapshot initial) {
        this.current = initial;
    }

    /// Returns the taggers in use.
    public TaggerSnapshot current() {
        return current;
    }

    /// Replaces the taggers in use. When two threads call this at the same time, one of their snapshots stays.
    ///
    /// @param changed taggers of the same model
    /// @throws IllegalArgumentException if `changed` is of another model
    public void replace(TaggerSnapshot changed) {
        ModelIdentity model = current.model();
        if (!changed.model().equals(model)) {
            throw new IllegalArgumentException("Expected taggers of the model " + model.id() + " ("
                    + model.fingerprint() + "), found some of "
                    + changed.model().id() + " ("
                    + changed.model().fingerprint() + "). Create them with the model in use.");
        }
        current = changed;
    }
}
