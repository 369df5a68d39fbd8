package dev.clipstream.train.data;

import java.util.List;

/// Where a training gets its pairs from. Safe for use by many threads.
public interface Pairs {

    /// The pairs of one step of training. The same for the same step and size whenever it is asked for, so that a
    /// resumed training goes on as if it had never stopped.
    ///
    /// @param step of the training, from 0
    /// @param size at least 1
    List<Pair> batch(long step, int size);

    /// Pairs that no batch holds: what retrieval is measured on while training. The same at each call.
    List<Pair> heldOut();

    /// What the pairs are made of, and which are held out, in a few letters: another one where names, captions or
    /// the split differ. A training goes on with the same pairs only.
    String digest();

    /// Texts in the words that captions are made of, for the tokenizer's vocabulary; a text that is more frequent
    /// among captions stands more often.
    List<String> vocabulary();
}
