package dev.clipstream.cli.bench;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.decode.DecodeBenchmark;
import dev.clipstream.bench.decode.DecodeMeasurements;
import dev.clipstream.bench.decode.DecodeMeasurements.Row;
import dev.clipstream.bench.decode.ImageSets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures decoding and resizing.
@Command(
        name = "decode",
        description = {
            "Measure decoding and resizing to 224x224 beside libjpeg-turbo alone and Pillow.",
            "All take turns on one processor. Pillow is measured where --python has it. Prints a table of the processor time"
                    + " and heap allocation per image on standard error and one JSON line on standard output.",
            "Of Clipstream, the time of the decoding thread counts, without the collector's and the compiler's threads; of"
                    + " Pillow, that of its process. libjpeg alone decodes all columns at the reduction of the fast mode,"
                    + " through the same binding, and does not resize. Heap allocation is that of fast / exact."
        })
final class BenchDecodeCommand implements Callable<Integer> {
    private static final String ROW = "  %-16s %9s %9s %19s %12s %13s %19s%n";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "A folder of image files of any format. Default: generated JPEGs of each of --sizes.")
    private @Nullable Path images;

    @Option(
            names = "--sizes",
            paramLabel = "WxH",
            split = ",",
            defaultValue = "224x224,640x480,1600x1200,4000x3000",
            description = "Sizes of generated JPEGs. Default: ${DEFAULT-VALUE}.")
    private List<String> sizes = List.of();

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "python3",
            description = "A Python interpreter with Pillow. Default: ${DEFAULT-VALUE}.")
    private String python = "python3";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "11",
            description = "Turns of each. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Override
    public Integer call() throws BenchmarkException, IOException {
        DecodeMeasurements found;
        try (ImageSets sets = ImageSets.create()) {
            DecodeBenchmark benchmark = new DecodeBenchmark(rounds, python, BenchOutput::log);
            found = benchmark.run(images == null ? sets.generated(sizes) : ImageSets.of(images), sets.folder());
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        print(found);
        BenchOutput.json(found);
        return CommandLine.ExitCode.OK;
    }

    private static void print(DecodeMeasurements found) {
        String processor = found.processor();
        System.err.printf(
                Locale.ROOT,
                "  %s, Java %s, %s; ms of processor time per image (Pillow's whole process; else the" + " thread)%n",
                processor == null ? found.machine().cores() + " cores" : processor,
                found.machine().java(),
                found.peer() == null ? "without Pillow" : found.peer());
        System.err.printf(
                Locale.ROOT,
                ROW,
                "images",
                "fast",
                "exact",
                "libjpeg, no resize",
                "Pillow full",
                "Pillow draft",
                "KiB, fast / exact");
        for (Row row : found.rows()) {
            System.err.printf(
                    Locale.ROOT,
                    ROW,
                    row.images(),
                    millis(row.fastMillis()),
                    millis(row.exactMillis()),
                    millis(row.libjpegMillis()),
                    millis(row.pillowFullMillis()),
                    millis(row.pillowDraftMillis()),
                    (row.fastAllocatedBytes() >> 10) + " / " + (row.exactAllocatedBytes() >> 10));
        }
    }

    private static String millis(@Nullable Double millis) {
        return millis == null ? "-" : String.format(Locale.ROOT, "%.2f", millis);
    }
}
