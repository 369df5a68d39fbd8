package dev.clipstream.train.data;

import java.util.List;

/// A source of training pairs. Safe for use by multiple threads.
public interface Pairs {

    /// Returns the pairs of a step. The result depends only on step and size, so a resumed training continues as if
    /// it had never stopped.
    ///
    /// @param step from 0
    /// @param size at least 1
    List<Pair> batch(long step, int size);

    /// Returns pairs that no batch contains, on which retrieval is measured during training. The same at each call.
    List<Pair> heldOut();

    /// Returns a short digest of the pairs. It differs when names, captions or the held-out split differ. A training
    /// can only be resumed with the same pairs.
    String digest();

    /// Returns texts from which the tokenizer's vocabulary is built. More frequent captions occur more often.
    List<String> vocabulary();
}
