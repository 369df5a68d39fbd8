package dev.clipstream.image.codec;

import dev.clipstream.image.codec.Libjpeg.Functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A JPEG that libjpeg-turbo decodes row by row, from memory to memory. For use by one thread, which closes it.
///
/// libjpeg keeps a few rows of blocks, never the whole image.
public final class LibjpegImage implements AutoCloseable {
    /// Columns beside the wanted ones that are decoded too, because libjpeg interpolates chroma from neighbours.
    private static final int MARGIN = 4;

    private final Arena arena;
    private final MemorySegment image;
    private final MemorySegment errors;
    private final int width;
    private final int height;
    private MemorySegment row = MemorySegment.NULL;
    private MemorySegment rows = MemorySegment.NULL;
    private int from;
    private int to;

    private LibjpegImage(Arena arena, byte[] jpeg, int reduction) throws Throwable {
        this.arena = arena;
        image = arena.allocate(Libjpeg.STRUCT_ROOM, Long.BYTES);
        errors = arena.allocate(Libjpeg.STRUCT_ROOM, Long.BYTES);
        MemorySegment encoded = arena.allocateFrom(ValueLayout.JAVA_BYTE, jpeg);
        image.set(ValueLayout.ADDRESS, Libjpeg.ERROR_MANAGER, Libjpeg.standardErrors(errors));
        Functions.CREATE.invokeExact(image, Libjpeg.VERSION, Libjpeg.DECOMPRESS_SIZE);
        Functions.MEMORY_SOURCE.invokeExact(image, encoded, (long) jpeg.length);
        int _ = (int) Functions.READ_HEADER.invokeExact(image, 1);
        image.set(ValueLayout.JAVA_INT, Libjpeg.OUT_COLOUR_SPACE, Libjpeg.RGB);
        image.set(ValueLayout.JAVA_INT, Libjpeg.SCALE_NUMERATOR, 1);
        image.set(ValueLayout.JAVA_INT, Libjpeg.SCALE_DENOMINATOR, reduction);
        int _ = (int) Functions.START.invokeExact(image);
        width = image.get(ValueLayout.JAVA_INT, Libjpeg.OUTPUT_WIDTH);
        height = image.get(ValueLayout.JAVA_INT, Libjpeg.OUTPUT_HEIGHT);
    }

    /// Reads the header and prepares to decode.
    ///
    /// @param jpeg      whose header gives libjpeg no cause for an error
    /// @param reduction by which both sides are divided: 1, 2, 4 or 8
    @SuppressWarnings("MustBeClosed") // the image closes its arena
    public static LibjpegImage open(byte[] jpeg, int reduction) {
        Arena arena = Arena.ofConfined();
        try {
            return new LibjpegImage(arena, jpeg, reduction);
        } catch (Throwable noMemory) {
            arena.close();
            throw unexpected(noMemory);
        }
    }

    /// Returns the width of the decoded image, in pixels.
    public int width() {
        return width;
    }

    /// Returns the height of the decoded image, in pixels.
    public int height() {
        return height;
    }

    /// Chooses the columns that [#next] may ask for. To be called once, before any row is read or skipped.
    ///
    /// @param wantedFrom the first column
    /// @param wantedTo   the column after the last
    public void columns(int wantedFrom, int wantedTo) {
        try {
            from = Math.max(wantedFrom - MARGIN, 0);
            to = Math.min(wantedTo + MARGIN, width);
            if (to - from < width) {
                MemorySegment left = arena.allocateFrom(ValueLayout.JAVA_INT, from);
                MemorySegment columns = arena.allocateFrom(ValueLayout.JAVA_INT, to - from);
                Functions.CROP.invokeExact(image, left, columns);
                // libjpeg moves the left side to the border of a block
                from = left.get(ValueLayout.JAVA_INT, 0);
                to = from + columns.get(ValueLayout.JAVA_INT, 0);
            }
            row = arena.allocate(3L * (to - from));
            rows = arena.allocateFrom(ValueLayout.ADDRESS, row);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /// Decodes the next row and copies the wanted columns, three bytes for each pixel.
    public void next(int wantedFrom, int wantedTo, byte[] rgb) {
        try {
            if ((int) Functions.READ_ROWS.invokeExact(image, rows, 1) != 1) {
                throw new IllegalStateException("Expected a row of a JPEG, found none.");
            }
            int samples = (wantedTo - wantedFrom) * 3;
            MemorySegment.copy(row, ValueLayout.JAVA_BYTE, (wantedFrom - from) * 3L, rgb, 0, samples);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /// Skips rows, with all checks of the compressed data, provided that a row remains.
    public void skip(int count) {
        try {
            int _ = (int) Functions.SKIP_ROWS.invokeExact(image, count);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /// Returns whether libjpeg found faults in the compressed data so far.
    public boolean warned() {
        return errors.get(ValueLayout.JAVA_LONG, Libjpeg.WARNINGS) > 0;
    }

    @Override
    public void close() {
        try {
            Functions.DESTROY.invokeExact(image);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        } finally {
            arena.close();
        }
    }

    private static RuntimeException unexpected(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("Expected a call of libjpeg to return, found " + cause, cause);
    }
}
