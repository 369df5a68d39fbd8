package dev.clipstream.image.resample;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.format.Pixels;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Antialiased separable resampling, equal to Pillow's bit for bit.
///
/// Rows come first, then columns, with 32-bit sums of 22-bit weights, and rounding to 8 bits between the two passes.
/// Only the rows and columns that the kept part needs are read, and a pass that changes nothing is a copy.
///
/// Both passes add weighted vectors. For the horizontal pass, the rows of a tile are stored column by column, so that a
/// vector consists of samples of one column. The vertical pass follows each tile, so only the rows that it still needs
/// are kept. Safe for use by many threads, which share a few workspaces.
public final class Resampler {
    /// Rows of a tile. More make longer vectors, until the tile leaves the processor's cache.
    private static final int MOST_ROWS = 128;

    private static final int LEAST_ROWS = 4;
    private static final int TILE_BYTES = 1 << 20;

    /// Rows that are written into a tile together, so that the columns are visited less often.
    private static final int ROWS_AT_ONCE = 4;

    /// Columns that are computed before they are written into rows, so that the rows are visited less often.
    private static final int COLUMNS_AT_ONCE = 4;

    /// A larger workspace is not kept.
    private static final int KEPT_BYTES = 2 << 20;

    private final BlockingQueue<Workspace> workspaces;

    /// @param memory bytes of the heap that workspaces may take between two images; at least one is kept
    public Resampler(long memory) {
        int processors = Runtime.getRuntime().availableProcessors();
        workspaces = new ArrayBlockingQueue<>(Math.clamp(memory / KEPT_BYTES, 1, processors));
    }

    /// Resizes an image and keeps the part that the axes describe. Reads the rows in ascending order.
    ///
    /// @throws ImageException if the source decodes its rows only now, and cannot
    public RgbImage resample(Pixels source, Axis horizontal, Axis vertical) throws ImageException {
        byte[] out = new byte[horizontal.kept() * 3 * vertical.kept()];
        if (horizontal.copies() && vertical.copies()) {
            copy(source, horizontal, vertical, out);
        } else {
            Workspace free = workspaces.poll();
            Workspace workspace = free == null ? new Workspace() : free;
            new Passes(source, horizontal, vertical, workspace, out).run();
            if (workspace.bytes() <= KEPT_BYTES) {
                workspaces.offer(workspace);
            }
        }
        return new RgbImage(horizontal.kept(), vertical.kept(), out);
    }

    private static void copy(Pixels source, Axis horizontal, Axis vertical, byte[] out) throws ImageException {
        byte[] line = new byte[horizontal.kept() * 3];
        for (int y = vertical.begin(), to = 0; y < vertical.end(); y++, to += line.length) {
            source.row(y, horizontal.begin(), horizontal.end(), line);
            System.arraycopy(line, 0, out, to, line.length);
        }
    }

    /// Returns the bytes that resizing takes at its peak, at most, besides its result.
    ///
    /// @param columns of the input
    /// @param rows    of the input
    public static long bytes(Preprocessing model, int columns, int rows) {
        double shrink = (double) rows / Placement.of(model, columns, rows).scaledHeight();
        long tileRows = tileRows(columns, rows);
        long tile = columns * tileRows;
        long ring = Math.min(rows, tileRows + Axis.mostSamples(model.filter(), shrink)) * model.width();
        long sums = COLUMNS_AT_ONCE * Math.max(model.width(), tileRows);
        return 3 * (Integer.BYTES * (tile + ring + sums) + (long) ROWS_AT_ONCE * columns);
    }

    /// Returns the rows of a tile.
    private static int tileRows(int columns, int rows) {
        int fitting = Math.clamp(TILE_BYTES / (3L * Integer.BYTES * columns), LEAST_ROWS, MOST_ROWS);
        return Math.min(fitting, rows);
    }

    /// Both passes over one image.
    private static final class Passes {
        private final Pixels source;
        private final Axis horizontal;
        private final Axis vertical;
        private final byte[] out;
        private final int columns;
        private final int samples;
        private final int tileRows;
        private final byte[][] lines;
        private final int[][] tile;
        /// The row `y` after the horizontal pass is at `(y - vertical.begin()) % ring`.
        private final int[][] narrowed;
        private final int ring;
        private final int[][] sums;

        Passes(Pixels source, Axis horizontal, Axis vertical, Workspace workspace, byte[] out) {
            this.source = source;
            this.horizontal = horizontal;
            this.vertical = vertical;
            this.out = out;
            columns = horizontal.end() - horizontal.begin();
            samples = horizontal.kept() * 3;
            int rows = vertical.end() - vertical.begin();
            tileRows = tileRows(columns, rows);
            ring = Math.min(rows, tileRows + vertical.stride());
            lines = workspace.lines(ROWS_AT_ONCE, columns * 3);
            tile = workspace.columns(horizontal.copies() ? 0 : columns, tileRows * 3);
            narrowed = workspace.rows(ring, samples);
            sums = workspace.sums(COLUMNS_AT_ONCE, Math.max(samples, tileRows * 3));
        }

        void run() throws ImageException {
            int finished = 0;
            for (int y = vertical.begin(); y < vertical.end(); y += tileRows) {
                int end = Math.min(y + tileRows, vertical.end());
                if (horizontal.copies()) {
                    copyRows(y, end);
                } else {
                    fillTile(y, end);
                    narrow(y, end - y);
                }
                while (finished < vertical.kept() && vertical.end(finished) <= end) {
                    finish(finished++);
                }
            }
        }

        private int[] narrowedRow(int y) {
            return narrowed[(y - vertical.begin()) % ring];
        }

        private void copyRows(int begin, int end) throws ImageException {
            for (int y = begin; y < end; y++) {
                source.row(y, horizontal.begin(), horizontal.end(), lines[0]);
                int[] row = narrowedRow(y);
                for (int i = 0; i < samples; i++) {
                    row[i] = lines[0][i] & 0xFF;
                }
            }
        }

        private void fillTile(int begin, int end) throws ImageException {
            for (int y = begin; y < end; y += ROWS_AT_ONCE) {
                int rows = Math.min(ROWS_AT_ONCE, end - y);
                for (int i = 0; i < rows; i++) {
                    source.row(y + i, horizontal.begin(), horizontal.end(), lines[i]);
                }
                if (rows == ROWS_AT_ONCE) {
                    transposeFour(lines, tile, columns, (y - begin) * 3);
                } else {
                    for (int i = 0; i < rows; i++) {
                        transpose(lines[i], tile, columns, (y - begin + i) * 3);
                    }
                }
            }
        }

        private static void transpose(byte[] line, int[][] tile, int columns, int to) {
            for (int x = 0, at = 0; x < columns; x++, at += 3) {
                int[] column = tile[x];
                column[to] = line[at] & 0xFF;
                column[to + 1] = line[at + 1] & 0xFF;
                column[to + 2] = line[at + 2] & 0xFF;
            }
        }

        private static void transposeFour(byte[][] lines, int[][] tile, int columns, int to) {
            byte[] a = lines[0];
            byte[] b = lines[1];
            byte[] c = lines[2];
            byte[] d = lines[3];
            for (int x = 0, at = 0; x < columns; x++, at += 3) {
                int[] column = tile[x];
                column[to] = a[at] & 0xFF;
                column[to + 1] = a[at + 1] & 0xFF;
                column[to + 2] = a[at + 2] & 0xFF;
                column[to + 3] = b[at] & 0xFF;
                column[to + 4] = b[at + 1] & 0xFF;
                column[to + 5] = b[at + 2] & 0xFF;
                column[to + 6] = c[at] & 0xFF;
                column[to + 7] = c[at + 1] & 0xFF;
                column[to + 8] = c[at + 2] & 0xFF;
                column[to + 9] = d[at] & 0xFF;
                column[to + 10] = d[at + 1] & 0xFF;
                column[to + 11] = d[at + 2] & 0xFF;
            }
        }

        /// Resizes the rows of the tile to the horizontal axis.
        private void narrow(int y, int rows) {
            int[][] results = new int[rows][];
            for (int row = 0; row < rows; row++) {
                results[row] = narrowedRow(y + row);
            }
            int x = 0;
            for (; x + COLUMNS_AT_ONCE <= horizontal.kept(); x += COLUMNS_AT_ONCE) {
                for (int i = 0; i < COLUMNS_AT_ONCE; i++) {
                    narrow(x + i, rows, sums[i]);
                }
                transposeFour(sums, results, rows, x * 3);
            }
            for (; x < horizontal.kept(); x++) {
                narrow(x, rows, sums[0]);
                transpose(sums[0], results, rows, x * 3);
            }
        }

        private void narrow(int x, int rows, int[] column) {
            WeightedSums.compute(column, rows * 3, horizontal, x, tile, horizontal.begin(), columns);
        }

        private static void transpose(int[] column, int[][] rows, int count, int to) {
            for (int y = 0, at = 0; y < count; y++, at += 3) {
                int[] row = rows[y];
                row[to] = column[at];
                row[to + 1] = column[at + 1];
                row[to + 2] = column[at + 2];
            }
        }

        private static void transposeFour(int[][] columns, int[][] rows, int count, int to) {
            int[] a = columns[0];
            int[] b = columns[1];
            int[] c = columns[2];
            int[] d = columns[3];
            for (int y = 0, at = 0; y < count; y++, at += 3) {
                int[] row = rows[y];
                row[to] = a[at];
                row[to + 1] = a[at + 1];
                row[to + 2] = a[at + 2];
                row[to + 3] = b[at];
                row[to + 4] = b[at + 1];
                row[to + 5] = b[at + 2];
                row[to + 6] = c[at];
                row[to + 7] = c[at + 1];
                row[to + 8] = c[at + 2];
                row[to + 9] = d[at];
                row[to + 10] = d[at + 1];
                row[to + 11] = d[at + 2];
            }
        }

        /// Computes a row of the output, whose input rows are there.
        private void finish(int index) {
            int[] row = sums[0];
            if (vertical.copies()) {
                row = narrowedRow(vertical.first()[index]);
            } else {
                WeightedSums.compute(row, samples, vertical, index, narrowed, vertical.begin(), ring);
            }
            for (int i = 0, to = index * samples; i < samples; i++) {
                out[to + i] = (byte) row[i];
            }
        }
    }
}
