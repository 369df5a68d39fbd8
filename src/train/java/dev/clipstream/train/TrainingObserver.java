package dev.clipstream.train;

import dev.clipstream.train.evaluate.Retrieval;

/// Observes a training, on the training's thread.
public interface TrainingObserver {

    /// The progress after a step.
    ///
    /// @param step      number of the step, from 1
    /// @param loss      of its batch
    /// @param perSecond current throughput in pairs per second
    /// @param done      completed share of the training, 0 to 1
    /// @param left      estimated seconds until the end
    record StepReport(long step, double loss, double perSecond, double done, double left) {}

    /// Called after each step.
    void stepped(StepReport report);

    /// Called after a measurement on the held-out pairs.
    ///
    /// @param step        steps completed
    /// @param textToImage recall of images by text
    /// @param imageToText recall of texts by image
    void measured(long step, Retrieval textToImage, Retrieval imageToText);
}
