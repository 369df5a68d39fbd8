package dev.clipstream.bench.decode;

import dev.clipstream.bench.Measurements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The results of the decoding benchmark. The component names are the JSON.
///
/// @param machine   of the run
/// @param processor its name; null if unknown
/// @param peer      Pillow and its libjpeg-turbo; null without Pillow
/// @param rows      one for each set of images
public record DecodeMeasurements(
        Measurements.Machine machine,
        @Nullable String processor,
        @Nullable String peer,
        List<Row> rows) {

    /// Images of one kind. Times are milliseconds of processor time per image, each the median of all turns.
    ///
    /// @param images              what they are, such as `640x480`
    /// @param count               number of images
    /// @param fastMillis          decoded and resized in the fast mode
    /// @param exactMillis         decoded and resized in the exact mode
    /// @param libjpegMillis       decoded whole by libjpeg-turbo alone, at the reduction of the fast mode; null unless
    ///                            all are JPEGs of one scan
    /// @param pillowFullMillis    decoded and resized by Pillow; null without Pillow
    /// @param pillowDraftMillis   the same with Pillow's draft mode for twice the model's size; null without Pillow
    /// @param fastAllocatedBytes  on the Java heap per image, in the fast mode, the result included
    /// @param exactAllocatedBytes the same in the exact mode
    public record Row(
            String images,
            int count,
            double fastMillis,
            double exactMillis,
            @Nullable Double libjpegMillis,
            @Nullable Double pillowFullMillis,
            @Nullable Double pillowDraftMillis,
            long fastAllocatedBytes,
            long exactAllocatedBytes) {}
}
