package dev.clipstream.bench.report;

import dev.clipstream.bench.BenchmarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The file of a report. It is checked before minutes of measuring, and may be written after each part of them.
///
/// @param path of the file
public record ReportFile(Path path) {
    /// Creates the file's folder, and the file if it is missing.
    ///
    /// @throws BenchmarkException if the file cannot be written
    public static ReportFile open(Path path) throws BenchmarkException {
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            return new ReportFile(path);
        } catch (IOException e) {
            throw new BenchmarkException(
                    "--out: Expected a file that can be written, found " + e + ". Name another.", e);
        }
    }

    /// Replaces the file's content.
    ///
    /// @throws IOException if it cannot be written
    public void write(Report report) throws IOException {
        Files.writeString(path, report.html());
    }
}
