package dev.clipstream.train.weakness;

import org.jspecify.annotations.Nullable;

/// What a model achieves on a suite.
///
/// @param suite       the suite's name
/// @param classes     number of classes; chance is 1 / classes
/// @param pictures    number of test pictures, of which no example is one
/// @param zeroShot    with one text per class
/// @param ensemble    with the mean of several texts per class
/// @param examples    with five examples per class as well: the mean over several draws of the examples
/// @param worstDraw   the least share of these draws
/// @param bestDraw    the greatest share of these draws
/// @param weight      mean weight of the examples that leave-one-out chose
/// @param asWritten   share of pictures that are tagged as the text in them says, by the ensemble. Null: there is no
///                    text in them
/// @param asWrittenWithExamples the same with examples
public record WeaknessResult(
        String suite,
        int classes,
        int pictures,
        Accuracy zeroShot,
        Accuracy ensemble,
        Accuracy examples,
        double worstDraw,
        double bestDraw,
        double weight,
        @Nullable Double asWritten,
        @Nullable Double asWrittenWithExamples) {

    /// Returns whether the examples mend the weakness: the interval with them lies above that of the ensemble, and they
    /// remove at least half of its mistakes.
    public boolean mended() {
        return helped() && 1 - examples.share() <= (1 - ensemble.share()) / 2;
    }

    /// Returns whether the interval with examples lies above that of the ensemble.
    public boolean helped() {
        return examples.low() > ensemble.high();
    }
}
