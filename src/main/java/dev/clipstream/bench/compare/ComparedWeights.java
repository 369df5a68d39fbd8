package dev.clipstream.bench.compare;

import java.util.OptionalLong;

/// What one variant of a model's graphs costs and changes. The reference is the bundle's variant closest to the trained
/// weights; its own cosines are 1.
///
/// @param weights        one of [dev.clipstream.clip.ModelOptions#PREFERENCE]
/// @param defaultKernels whether 8-bit products were computed by ONNX Runtime's default kernels, which saturate on this
///                       processor; the service does not use them
/// @param images         images per second of the raw session, at the service's batch and threads
/// @param speedup        images per second, as a multiple of the reference measured in alternation
/// @param textsPerSecond texts per second of one caller
/// @param weightsBytes   size of the graphs and their external data
/// @param memoryBytes    growth of the process' resident memory at opening and at the first batches; empty where the
///                       kernel does not report it
/// @param imageLikeness  of the images' vectors to the reference's
/// @param textLikeness   of the labels' vectors to the reference's
/// @param tags           of the images, compared with the reference's
public record ComparedWeights(
        String weights,
        boolean defaultKernels,
        Rate images,
        double speedup,
        double textsPerSecond,
        long weightsBytes,
        OptionalLong memoryBytes,
        Likeness imageLikeness,
        Likeness textLikeness,
        Tags tags) {

    /// Throughput over several rounds.
    ///
    /// @param mean  over all rounds, per second
    /// @param least of a round
    /// @param most  of a round
    public record Rate(double mean, double least, double most) {}

    /// Cosines of vectors to those of the same inputs.
    public record Likeness(double mean, double least) {}

    /// Change of tags.
    ///
    /// @param images                number of images
    /// @param firstChanged          images whose most probable label is another one
    /// @param meanProbabilityChange mean absolute change of the probability of the reference's most probable label
    public record Tags(int images, int firstChanged, double meanProbabilityChange) {}
}
