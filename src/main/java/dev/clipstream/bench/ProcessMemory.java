package dev.clipstream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// This process's memory as reported by the kernel.
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /// Returns the peak resident set in bytes, or empty where the kernel does not report it (only Linux does).
    public static OptionalLong peakResidentBytes() {
        return bytes("VmHWM:");
    }

    /// Returns the resident set in bytes, or empty where the kernel does not report it.
    public static OptionalLong residentBytes() {
        return bytes("VmRSS:");
    }

    private static OptionalLong bytes(String member) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(member))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
