package dev.clipstream.image;

/// A decoded picture, row by row as RGB, wherever its pixels live: on the heap or in a
/// native decoder's memory.
///
/// Belongs to the call that decoded it, is used on that thread only and closed there; rows may be
/// asked for in any order.
interface Pixels extends AutoCloseable {

    /// In pixels, at least 1.
    int width();

    /// In pixels, at least 1.
    int height();

    /// Copies pixels `from` (inclusive) to `to` (exclusive) of row `y` to the start of
    /// `rgb`, three bytes each.
    void row(int y, int from, int to, byte[] rgb);

    @Override
    default void close() {}

    /// Pixels on the heap.
    final class OnHeap implements Pixels {
        private final int width;
        private final int height;
        private final byte[] rgb;

        /// @param rgb rows of three bytes a pixel; handed over
        OnHeap(int width, int height, byte[] rgb) {
            this.width = width;
            this.height = height;
            this.rgb = rgb;
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public int height() {
            return height;
        }

        @Override
        public void row(int y, int from, int to, byte[] out) {
            System.arraycopy(rgb, (y * width + from) * 3, out, 0, (to - from) * 3);
        }
    }

    /// The same picture with its rows, its columns or both in reverse; owns what it shows.
    record Mirrored(Pixels source, boolean columns, boolean rows) implements Pixels {
        @Override
        public int width() {
            return source.width();
        }

        @Override
        public int height() {
            return source.height();
        }

        @Override
        public void row(int y, int from, int to, byte[] rgb) {
            int row = rows ? height() - 1 - y : y;
            if (!columns) {
                source.row(row, from, to, rgb);
                return;
            }
            source.row(row, width() - to, width() - from, rgb);
            for (int left = 0, right = (to - from - 1) * 3; left < right; left += 3, right -= 3) {
                for (int channel = 0; channel < 3; channel++) {
                    byte swapped = rgb[left + channel];
                    rgb[left + channel] = rgb[right + channel];
                    rgb[right + channel] = swapped;
                }
            }
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
