package dev.clipstream.bench.peers;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.BrokerProcess;
import dev.clipstream.bench.CpuShares;
import dev.clipstream.bench.PipelineUnderTest;
import dev.clipstream.bench.ProcessMemory;
import dev.clipstream.bench.RawSession;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.runtime.pipeline.Models;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// The main class of Clipstream's own contenders, which [PeerProcess] runs: the raw session on prepared tensors, or the
/// whole pipeline with a broker, from Kafka input to tags.
public final class PeerProgram {
    /// The bare model on prepared tensors.
    static final String RAW = "raw";
    /// The whole pipeline.
    static final String PIPELINE = "pipeline";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PeerProgram() {}

    /// Embeds images.
    @FunctionalInterface
    private interface Work {
        /// @return seconds
        double embed(int count)
                throws BenchmarkException, EmbeddingException, OutOfDeviceMemoryException, InterruptedException;
    }

    /// Runs a contender until standard input ends.
    ///
    /// @param arguments [#RAW] or [#PIPELINE], the folder of images, the batch, and settings as `name=value`
    /// @throws IOException                if an image, standard input or output fails
    /// @throws StartException             if the model or the pipeline does not start
    /// @throws BenchmarkException         if an image does not yield tags
    /// @throws ImageException             if an image is not valid
    /// @throws EmbeddingException         if the model fails
    /// @throws OutOfDeviceMemoryException if a batch does not fit the device
    public static void main(String[] arguments)
            throws IOException, StartException, BenchmarkException, InterruptedException, ImageException,
                    EmbeddingException, OutOfDeviceMemoryException {
        List<byte[]> pictures = pictures(Path.of(arguments[1]));
        int batch = Integer.parseInt(arguments[2]);
        Map<String, String> settings = new LinkedHashMap<>();
        Arrays.stream(arguments)
                .skip(3)
                .forEach(setting -> settings.put(
                        setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1)));
        if (arguments[0].equals(RAW)) {
            raw(pictures, batch, settings);
        } else {
            settings.put("clipstream.embedding.batch", Integer.toString(batch));
            pipeline(pictures, settings);
        }
    }

    private static List<byte[]> pictures(Path folder) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        }
        return pictures;
    }

    private static void raw(List<byte[]> pictures, int batch, Map<String, String> settings)
            throws IOException, StartException, BenchmarkException, InterruptedException, ImageException,
                    EmbeddingException, OutOfDeviceMemoryException {
        try (ClipModel model = Models.open(Settings.of(settings))) {
            ImagePreprocessor preprocessor =
                    new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT);
            List<RgbImage> ready = new ArrayList<>();
            for (byte[] picture : pictures) {
                ready.add(preprocessor.prepare(picture).modelInput());
            }
            RawSession session = new RawSession(model, ready);
            serve(new CpuShares(null), count -> {
                RawSession.Runs runs = session.run(count, batch);
                return count / runs.perSecond();
            });
        }
    }

    private static void pipeline(List<byte[]> pictures, Map<String, String> settings)
            throws IOException, StartException, BenchmarkException, InterruptedException, EmbeddingException,
                    OutOfDeviceMemoryException {
        int largest =
                pictures.stream().mapToInt(picture -> picture.length).max().orElse(0);
        try (BrokerProcess broker = BrokerProcess.start(largest);
                PipelineUnderTest test = PipelineUnderTest.start(settings, broker, UnaryOperator.identity())) {
            serve(new CpuShares(broker.handle()), count -> test.stream().flood(pictures, count));
        }
    }

    private static void serve(CpuShares cpu, Work work)
            throws IOException, BenchmarkException, InterruptedException, EmbeddingException,
                    OutOfDeviceMemoryException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            write(out, Map.of("ready", "Java " + System.getProperty("java.version")));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int count = Integer.parseInt(line.strip());
                double before = cpu.total();
                double seconds = work.embed(count);
                write(
                        out,
                        Map.of(
                                "pictures",
                                count,
                                "seconds",
                                seconds,
                                "cpuSeconds",
                                cpu.total() - before,
                                "peakBytes",
                                ProcessMemory.peakResidentBytes().orElse(0)));
            }
        }
    }

    private static void write(OutputStream out, Map<String, ?> line) throws IOException {
        out.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
