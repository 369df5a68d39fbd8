package dev.clipstream.bench;

import dev.clipstream.runtime.settings.StartException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The throughput of a whole pipeline, from Kafka in to tags out, with a broker in a process of its own.
///
/// @param images          through the pipeline, after a warm-up
/// @param imagesPerSecond from the first event sent to the last tag read
/// @param maxBatch        as the pipeline is set
/// @param meanBatch       images per run under load; 0 if there were none
/// @param cpuSeconds      by group of threads, and of the broker
public record EndToEnd(
        int images, double imagesPerSecond, int maxBatch, double meanBatch, Map<String, Double> cpuSeconds) {

    /// Measures a pipeline.
    ///
    /// @param settings full names and values
    /// @param pictures encoded images, used in turn
    /// @param warmUp   images before the measurement, at least 1
    /// @param images   of the measurement, at least 1
    /// @throws StartException     if the pipeline does not start
    /// @throws BenchmarkException if an image does not yield tags
    public static EndToEnd measure(Map<String, String> settings, List<byte[]> pictures, int warmUp, int images)
            throws StartException, BenchmarkException, InterruptedException {
        int largest =
                pictures.stream().mapToInt(picture -> picture.length).max().orElse(0);
        try (BrokerProcess broker = BrokerProcess.start(largest);
                PipelineUnderTest test = PipelineUnderTest.start(settings, broker, UnaryOperator.identity())) {
            test.stream().flood(pictures, warmUp);
            test.forgetBatches();
            CpuShares cpu = new CpuShares(broker.handle());
            double seconds = test.stream().flood(pictures, images);
            return new EndToEnd(
                    images,
                    images / seconds,
                    test.pipeline().maxBatch(),
                    test.batches().meanUnderLoad(),
                    cpu.seconds());
        }
    }
}
