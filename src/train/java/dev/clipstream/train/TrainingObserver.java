package dev.clipstream.train;

import dev.clipstream.train.evaluate.Retrieval;

/// Hears how a training goes, on the training's thread.
public interface TrainingObserver {

    /// How it goes after a step.
    ///
    /// @param step      its number, from 1
    /// @param loss      of its batch
    /// @param perSecond pairs a second, lately
    /// @param done      part of the training that lies behind, 0 to 1
    /// @param left      seconds until the end, about
    record StepReport(long step, double loss, double perSecond, double done, double left) {}

    /// A step was done.
    void stepped(StepReport report);

    /// The held-out pairs were looked at.
    ///
    /// @param step      steps that were done
    /// @param textToImage how often a text finds its picture
    /// @param imageToText how often a picture finds its text
    void measured(long step, Retrieval textToImage, Retrieval imageToText);
}
