package dev.clipstream.cli.output;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells whether standard output and standard error are terminals, each on its own.
///
/// [System#console] answers only for standard input and output together.
public final class Terminal {
    private static final boolean OUTPUT = isTerminal(1);
    private static final boolean ERROR = isTerminal(2);
    /// Part of many emoji.
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Terminal() {}

    /// Returns whether standard output is a terminal.
    public static boolean isOutput() {
        return OUTPUT;
    }

    /// Returns whether standard error is a terminal.
    public static boolean isError() {
        return ERROR;
    }

    /// Calls `isatty` of POSIX. Without it, nothing counts as a terminal.
    private static boolean isTerminal(int descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("isatty")
                .map(symbol -> linker.downcallHandle(
                        symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)))
                .map(isatty -> call(isatty, descriptor) == 1)
                .orElse(false);
    }

    private static int call(MethodHandle isatty, int descriptor) {
        try {
            return (int) isatty.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("Expected isatty to return, found " + e, e);
        }
    }

    /// Returns a text without control and format characters, with which a hostile text could move the cursor or reverse
    /// a line.
    public static String text(String untrusted) {
        StringBuilder text = new StringBuilder();
        untrusted.codePoints().map(c -> isHarmless(c) ? c : '\uFFFD').forEach(text::appendCodePoint);
        return text.toString();
    }

    /// Returns a number with three decimals, which are as many as differ between models and processors.
    public static String decimals(@Nullable Object number) {
        return number instanceof Number value ? String.format(Locale.ROOT, "%.3f", value.doubleValue()) : "";
    }

    private static boolean isHarmless(int c) {
        return !Character.isISOControl(c) && (Character.getType(c) != Character.FORMAT || c == ZERO_WIDTH_JOINER);
    }
}
