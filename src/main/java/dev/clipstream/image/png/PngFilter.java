package dev.clipstream.image.png;

import dev.clipstream.image.ImageException;

/// Undoes the five row filters of PNG.
final class PngFilter {
    private PngFilter() {}

    /// Undoes a filter in place.
    ///
    /// @param filter     the filter's number, 0 to 4
    /// @param row        filtered on entry, plain on return
    /// @param above      the plain row above; zeros for the first row
    /// @param pixelBytes distance to the sample on the left, at least 1
    /// @throws ImageException if there is no filter of this number
    static void undo(int filter, byte[] row, byte[] above, int pixelBytes) throws ImageException {
        switch (filter) {
            case 0 -> {}
            case 1 -> {
                for (int i = pixelBytes; i < row.length; i++) {
                    row[i] += row[i - pixelBytes];
                }
            }
            case 2 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = 0; i < row.length; i++) {
                    int left = i < pixelBytes ? 0 : row[i - pixelBytes] & 0xFF;
                    row[i] += (byte) ((left + (above[i] & 0xFF)) >> 1);
                }
            }
            case 4 -> {
                int head = Math.min(pixelBytes, row.length);
                for (int i = 0; i < head; i++) {
                    row[i] += above[i];
                }
                for (int i = pixelBytes; i < row.length; i++) {
                    row[i] += (byte) paeth(row[i - pixelBytes] & 0xFF, above[i] & 0xFF, above[i - pixelBytes] & 0xFF);
                }
            }
            default -> throw ImageException.corrupt("a PNG row filter of 0 to 4", Integer.toString(filter & 0xFF));
        }
    }

    private static int paeth(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }
}
