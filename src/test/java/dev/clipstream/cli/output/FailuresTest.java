package dev.clipstream.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.index.IndexUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest {
    @TempDir
    private Path folder;

    @Test
    void aMissingFileIsDistinguishedFromAMissingFolder() {
        Path file = folder.resolve("x.json");
        Path far = folder.resolve("nope").resolve("x.json");

        assertThat(Failures.explain(new NoSuchFileException(file.toString()))).isEqualTo("no such file: " + file);
        assertThat(Failures.explain(new NoSuchFileException(far.toString())))
                .isEqualTo("no such folder: " + far.getParent() + " (of " + far + ")");
        assertThat(Failures.explain(new NoSuchFileException("x.json"))).isEqualTo("no such file: x.json");
    }

    @Test
    void anExceptionThatOnlyWrapsItsCauseAddsNothing() {
        IOException cause = new IOException("the disk is gone");

        assertThat(Failures.explain(new CompletionException(cause))).isEqualTo("the disk is gone");
        assertThat(Failures.explain(new ExecutionException(null, new UncheckedIOException(cause))))
                .isEqualTo("the disk is gone");
        assertThat(Failures.explain(new IllegalStateException("Nothing was written", cause)))
                .isEqualTo("Nothing was written: the disk is gone");
    }

    @Test
    void anIndexExceptionIsReportedWithoutItsCauses() {
        assertThat(Failures.explain(
                        new IndexUnavailableException("It was expected, found none", new IOException("refused."))))
                .isEqualTo("It was expected, found none");
    }
}
