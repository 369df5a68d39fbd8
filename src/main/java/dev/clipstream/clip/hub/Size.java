package dev.clipstream.clip.hub;

import java.util.Locale;

/// The size of a model's files for one variant of its weights.
///
/// @param megabytes in 10⁶ bytes; the weights take about as much memory
/// @param estimated whether the size follows from the number of parameters because no source gives it
public record Size(int megabytes, boolean estimated) {
    private static final int GIGABYTE = 1_000;

    @Override
    public String toString() {
        String text = megabytes < GIGABYTE
                ? megabytes + " MB"
                : String.format(Locale.ROOT, "%.1f GB", megabytes / (double) GIGABYTE);
        return estimated ? "~" + text : text;
    }
}
