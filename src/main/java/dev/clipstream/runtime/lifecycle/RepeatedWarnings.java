package dev.clipstream.runtime.lifecycle;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/// Lets a warning of Kafka's clients pass once in five minutes. In an outage, each of an instance's clients repeats the
/// same warnings every second.
///
/// Warnings are the same if their text is, without numbers and the name of the client. A logger with a level of DEBUG
/// or below is not filtered. `logback-json.xml` and `logback-text.xml` name this class.
public final class RepeatedWarnings extends TurboFilter {
    private static final String CLIENTS = "org.apache.kafka.clients";
    private static final long EVERY_NANOS = Duration.ofMinutes(5).toNanos();

    /// Most texts that are remembered; there are about a hundred in Kafka's clients.
    private static final int MAX_TEXTS = 1_000;

    private final Map<String, Long> passedNanos = new ConcurrentHashMap<>();

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        if (level != Level.WARN
                || format == null
                || !logger.getName().startsWith(CLIENTS)
                || !logger.getEffectiveLevel().isGreaterOrEqual(Level.INFO)) {
            return FilterReply.NEUTRAL;
        }
        return passes(logger.getName() + text(format), System.nanoTime()) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private static String text(String format) {
        return format.substring(format.startsWith("[") ? format.indexOf(']') + 1 : 0)
                .replaceAll("[0-9]+", "#");
    }

    /// Returns whether a text passes at a time of [System#nanoTime].
    boolean passes(String text, long nanos) {
        if (passedNanos.size() > MAX_TEXTS) {
            passedNanos.clear();
        }
        boolean[] passes = {false};
        passedNanos.compute(text, (same, before) -> {
            passes[0] = before == null || nanos - before >= EVERY_NANOS;
            return passes[0] ? Long.valueOf(nanos) : before;
        });
        return passes[0];
    }
}
