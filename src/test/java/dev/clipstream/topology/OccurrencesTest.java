package dev.clipstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OccurrencesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong(-5);
    private final List<String> lines = new ArrayList<>();

    @Test
    void onlyTheFirstInAMinuteIsLogged() {
        // given
        Occurrences occurrences = occurrences(1);

        // when
        occurrences.note(() -> "one");
        occurrences.note(() -> "two");
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        occurrences.note(() -> "three");
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        occurrences.note(() -> "four");

        // then
        assertThat(lines).containsExactly("one", "four. 2 more since the last line like this");
        assertThat(registry.counter("count").count()).isEqualTo(4);
    }

    @Test
    void severalLinesAMinuteMayFollowEachOther() {
        // given
        Occurrences occurrences = occurrences(2);

        // when
        occurrences.note(() -> "one");
        occurrences.note(() -> "two");
        occurrences.note(() -> "three");
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        occurrences.note(() -> "four");
        occurrences.note(() -> "five");

        // then
        assertThat(lines).containsExactly("one", "two", "four. 1 more since the last line like this");
    }

    private Occurrences occurrences(int most) {
        return new Occurrences(registry.counter("count"), new Lines(), System.Logger.Level.WARNING, most, now::get);
    }

    /// Keeps the lines.
    private final class Lines implements System.Logger {
        @Override
        public String getName() {
            return "lines";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
            lines.add(message);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... parameters) {
            lines.add(format);
        }
    }
}
