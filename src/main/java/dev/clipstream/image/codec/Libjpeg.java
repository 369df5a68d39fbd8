package dev.clipstream.image.codec;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// The functions of libjpeg-turbo that [Leptonica]'s library exports, and the fields of its structs, for
/// [LibjpegImage].
///
/// libjpeg reports an error by calling a function that must not return, and Java can neither throw nor jump out of such
/// a call. So callers pass only JPEGs whose headers give libjpeg no cause for an error; faults of the compressed data
/// are warnings. If an error occurs nevertheless, for lack of native memory, its thread stops for good, as
/// [StoppedThreads] describes, and the functions are not used again.
public final class Libjpeg {
    /// The binary interface for which the offsets below are: version 6.2, where `long` and addresses have 64 bits.
    static final int VERSION = 62;

    /// The size of `jpeg_decompress_struct` in that interface. libjpeg compares it with its own.
    static final long DECOMPRESS_SIZE = 632;

    /// Room for `jpeg_decompress_struct` and `jpeg_error_mgr`, of whatever version.
    static final long STRUCT_ROOM = 2048;

    // offsets in jpeg_decompress_struct
    static final long ERROR_MANAGER = 0;
    static final long OUT_COLOUR_SPACE = 64;
    static final long SCALE_NUMERATOR = 68;
    static final long SCALE_DENOMINATOR = 72;
    static final long OUTPUT_WIDTH = 136;
    static final long OUTPUT_HEIGHT = 140;

    // offsets in jpeg_error_mgr
    static final long WARNINGS = 128;
    private static final long ERROR_EXIT = 0;
    private static final long OUTPUT_MESSAGE = 16;
    private static final long MESSAGE_CODE = 40;

    static final int RGB = 2;

    private static final System.Logger LOG = System.getLogger(Libjpeg.class.getName());
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    private Libjpeg() {}

    /// The functions, looked up on first access. Fails to initialise where they are missing.
    static final class Functions {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final SymbolLookup SYMBOLS = SymbolLookup.loaderLookup();
        private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

        static final MethodHandle STD_ERROR = function("jpeg_std_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
        static final MethodHandle CREATE =
                function("jpeg_CreateDecompress", FunctionDescriptor.ofVoid(ADDRESS, INT, LONG));
        static final MethodHandle MEMORY_SOURCE =
                function("jpeg_mem_src", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, LONG));
        static final MethodHandle READ_HEADER = function("jpeg_read_header", FunctionDescriptor.of(INT, ADDRESS, INT));
        static final MethodHandle START = function("jpeg_start_decompress", FunctionDescriptor.of(INT, ADDRESS));
        static final MethodHandle CROP =
                function("jpeg_crop_scanline", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS));
        static final MethodHandle READ_ROWS =
                function("jpeg_read_scanlines", FunctionDescriptor.of(INT, ADDRESS, ADDRESS, INT));
        static final MethodHandle SKIP_ROWS = function("jpeg_skip_scanlines", FunctionDescriptor.of(INT, ADDRESS, INT));
        static final MethodHandle DESTROY = function("jpeg_destroy_decompress", FunctionDescriptor.ofVoid(ADDRESS));

        static final MemorySegment FAIL = callback("fail");
        static final MemorySegment COUNT_MISMATCH = callback("mismatch");
        static final MemorySegment BE_SILENT = callback("beSilent");

        private Functions() {}

        private static MethodHandle function(String name, FunctionDescriptor type) {
            return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), type);
        }

        private static MemorySegment callback(String method) {
            try {
                MethodHandle handle = MethodHandles.lookup()
                        .findStatic(Libjpeg.class, method, MethodType.methodType(void.class, MemorySegment.class));
                return LINKER.upcallStub(handle, FunctionDescriptor.ofVoid(ADDRESS), Arena.global());
            } catch (ReflectiveOperationException renamed) {
                throw new LinkageError("Expected the method " + method + ", found none.", renamed);
            }
        }
    }

    /// Whether the library is there and has the binary interface of the offsets above.
    private static final class Probe {
        static final boolean FITS = fits();

        private static boolean fits() {
            boolean windows =
                    System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
            boolean wide = ValueLayout.ADDRESS.byteSize() == Long.BYTES;
            if (windows || !wide || !Leptonica.isAvailable()) {
                return false;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment image = arena.allocate(STRUCT_ROOM, Long.BYTES);
                MemorySegment errors = arena.allocate(STRUCT_ROOM, Long.BYTES);
                image.set(ValueLayout.ADDRESS, ERROR_MANAGER, standardErrors(errors));
                // libjpeg compares version and size before it uses anything, so here the call may return
                errors.set(ValueLayout.ADDRESS, ERROR_EXIT, Functions.COUNT_MISMATCH);
                Functions.CREATE.invokeExact(image, VERSION, DECOMPRESS_SIZE);
                Functions.DESTROY.invokeExact(image);
                return !MISMATCH.get();
            } catch (Throwable missing) {
                return false;
            }
        }
    }

    private static final AtomicBoolean MISMATCH = new AtomicBoolean();

    /// Returns whether the functions can be used.
    public static boolean isAvailable() {
        return Probe.FITS && !FAILED.get();
    }

    /// Fills in an error manager. Returns it as libjpeg wants it.
    static MemorySegment standardErrors(MemorySegment errors) throws Throwable {
        MemorySegment same = (MemorySegment) Functions.STD_ERROR.invokeExact(errors);
        errors.set(ValueLayout.ADDRESS, ERROR_EXIT, Functions.FAIL);
        errors.set(ValueLayout.ADDRESS, OUTPUT_MESSAGE, Functions.BE_SILENT);
        return same;
    }

    /// Is called by libjpeg for an error. Must not return.
    @SuppressWarnings("unused")
    private static void fail(MemorySegment image) {
        FAILED.set(true);
        boolean takenOver = false;
        // nothing may be thrown through libjpeg
        try {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "Expected libjpeg to decode a JPEG with a plain header, found its error " + messageCode(image)
                            + ". All later JPEGs go through Leptonica. Report a defect with the image, unless the machine"
                            + " has no memory left.");
            takenOver = StoppedThreads.remedy();
            if (!takenOver) {
                LOG.log(System.Logger.Level.ERROR, "The thread cannot continue. The process ends; start it again.");
            }
        } catch (Throwable defect) {
            takenOver = false;
        }
        if (!takenOver) {
            Runtime.getRuntime().halt(1);
        }
        while (true) {
            LockSupport.park(Libjpeg.class);
        }
    }

    /// Returns the number of libjpeg's message, as in its `jerror.h`.
    private static int messageCode(MemorySegment image) {
        MemorySegment errors = image.reinterpret(STRUCT_ROOM).get(ValueLayout.ADDRESS, ERROR_MANAGER);
        return errors.reinterpret(STRUCT_ROOM).get(ValueLayout.JAVA_INT, MESSAGE_CODE);
    }

    /// Is called by libjpeg if version or size differ.
    @SuppressWarnings("unused")
    private static void mismatch(MemorySegment image) {
        MISMATCH.set(true);
    }

    /// Is called by libjpeg with the first warning, which would go to the standard error.
    @SuppressWarnings("unused")
    private static void beSilent(MemorySegment image) {}
}
