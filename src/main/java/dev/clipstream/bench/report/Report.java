package dev.clipstream.bench.report;

import dev.clipstream.clip.onnx.OnnxTowers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The report of all benchmarks of a machine.
///
/// @param version  of Clipstream
/// @param at       when it was made
/// @param sections of the benchmarks
public record Report(String version, Instant at, List<Section> sections) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public Report {
        sections = List.copyOf(sections);
    }

    /// Returns the report as one HTML file that needs no other.
    ///
    /// @throws IOException if the program lacks the style sheet
    public String html() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Processor", processor().orElse(System.getProperty("os.arch")));
        facts.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(
                "8-bit products",
                OnnxTowers.integerProductsSaturate() ? "saturate (no VNNI)" : "exact (VNNI or other)");
        facts.put("System", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put(
                "Java",
                System.getProperty("java.version") + ", heap "
                        + (ManagementFactory.getMemoryMXBean()
                                        .getHeapMemoryUsage()
                                        .getMax()
                                >> 20) + " MiB");
        facts.put("Clipstream", version);
        facts.put("Made", MINUTE.format(at));
        return Html.page("Clipstream on this machine", facts, sections);
    }

    private static Optional<String> processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
