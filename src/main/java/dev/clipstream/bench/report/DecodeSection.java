package dev.clipstream.bench.report;

import dev.clipstream.bench.decode.DecodeMeasurements;
import dev.clipstream.bench.decode.DecodeMeasurements.Row;
import dev.clipstream.bench.report.Chart.Bar;
import dev.clipstream.bench.report.Chart.Bars;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The measurements of decoding as a section.
public final class DecodeSection {
    private DecodeSection() {}

    /// Returns the section.
    ///
    /// @param command that ran the benchmark
    public static Section of(DecodeMeasurements found, String command) {
        List<Chart> charts = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (Row row : found.rows()) {
            List<Bar> bars = new ArrayList<>(List.of(
                    Bar.of("Clipstream, fast", row.fastMillis(), true),
                    Bar.of("Clipstream, exact", row.exactMillis(), true)));
            add(bars, "libjpeg-turbo alone", row.libjpegMillis());
            add(bars, "Pillow", row.pillowFullMillis());
            add(bars, "Pillow with draft", row.pillowDraftMillis());
            charts.add(new Bars(row.images() + ", ms of processor time an image: less is better", 2, bars));
            rows.add(List.of(
                    row.images(),
                    millis(row.fastMillis()),
                    millis(row.exactMillis()),
                    millis(row.libjpegMillis()),
                    millis(row.pillowFullMillis()),
                    millis(row.pillowDraftMillis()),
                    (row.fastAllocatedBytes() >> 10) + " / " + (row.exactAllocatedBytes() >> 10) + " KiB"));
        }
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(
                "Fast, exact",
                "The two values of the setting embedding.decode: the smallest sufficient DCT scale, or every pixel.");
        meanings.put(
                "libjpeg-turbo alone",
                "The library decodes at the reduction of the fast mode and resizes nothing: the least that decoding costs.");
        meanings.put("Draft", "Pillow's own way to decode at a smaller DCT scale.");
        meanings.put("Allocation", "Bytes on the Java heap per image, fast and exact, the result included.");
        String peer = found.peer();
        return new Section(
                "Decoding",
                command,
                "Images are decoded and resized to 224x224 on one thread, beside "
                        + (peer == null ? "libjpeg-turbo (Pillow is not installed)" : "libjpeg-turbo and " + peer)
                        + ". All take turns; each figure is the median.",
                charts,
                List.of("Images", "Fast", "Exact", "libjpeg alone", "Pillow", "Pillow, draft", "Allocated"),
                rows,
                meanings);
    }

    private static void add(List<Bar> bars, String name, @Nullable Double millis) {
        if (millis != null) {
            bars.add(Bar.of(name, millis, false));
        }
    }

    private static String millis(@Nullable Double millis) {
        return millis == null ? "" : String.format(Locale.ROOT, "%.2f ms", millis);
    }
}
