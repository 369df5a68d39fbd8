package dev.clipstream.cli.label;

import dev.clipstream.cli.option.KafkaClientOptions;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.runtime.kafka.RetaggingProgressReader;
import dev.clipstream.topology.tagging.RetaggingProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option `--wait`: waits until all media are tagged with a change of the label sets.
final class RetaggingWait {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    @Option(
            names = "--wait",
            description = "Wait until every partition is tagged again. Exit code 1 if instances refuse the set, or"
                    + " --timeout expires.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "With --wait: how long to wait for an instance to begin or go on, in seconds. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int timeoutSeconds = 60;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "With --wait: the instances' setting application-id. Default: ${DEFAULT-VALUE}.")
    private String applicationId = "clipstream";

    /// Reads what the media are tagged with before the change.
    Begun begin(KafkaClientOptions kafka) throws IOException {
        if (!wait) {
            return new Begun(null, new TreeMap<>(), Duration.ZERO);
        }
        RetaggingProgressReader reader = RetaggingProgressReader.of(kafka.configuration(Map.of()), applicationId);
        return new Begun(reader, reader.read(), Duration.ofSeconds(timeoutSeconds));
    }

    /// The state before the change.
    static final class Begun implements AutoCloseable {
        private final @Nullable RetaggingProgressReader reader;
        private final SortedMap<Integer, RetaggingProgress> before;
        private final Duration timeout;

        /// @param reader null: nobody waits
        private Begun(
                @Nullable RetaggingProgressReader reader,
                SortedMap<Integer, RetaggingProgress> before,
                Duration timeout) {
            this.reader = reader;
            this.before = before;
            this.timeout = timeout;
        }

        /// Waits until all partitions are tagged with the change, and shows a bar meanwhile.
        ///
        /// @param offset of the change on the topic of label sets
        /// @return why not; empty: they are, or nobody waits
        Optional<String> await(long offset) throws InterruptedException {
            RetaggingProgressReader from = reader;
            if (from == null) {
                return Optional.empty();
            }
            if (before.isEmpty()) {
                return Optional.of("--wait: Expected the progress of instances that tag, found none. Start one, or"
                        + " correct --application-id.");
            }
            try (Progress bar = Progress.of(
                    "tagging again",
                    before.values().stream().mapToLong(RetaggingProgress::total).sum())) {
                SortedMap<Integer, RetaggingProgress> last = before;
                long untilNanos = System.nanoTime() + timeout.toNanos();
                while (true) {
                    SortedMap<Integer, RetaggingProgress> now = from.read();
                    Set<Integer> left = new TreeSet<>(before.keySet());
                    left.removeIf(partition -> isDone(now.get(partition), offset));
                    bar.at(done(now.values(), offset), published(now.values()));
                    if (left.isEmpty()) {
                        return refusal(now);
                    }
                    if (!now.equals(last)) {
                        untilNanos = System.nanoTime() + timeout.toNanos();
                    } else if (System.nanoTime() - untilNanos > 0) {
                        return Optional.of("--wait: Expected all partitions to be tagged again, found no progress of "
                                + left + " for " + timeout.toSeconds()
                                + " s. Check the instances; the set stays applied.");
                    }
                    last = now;
                    TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
                }
            }
        }

        /// Every change of a set has a new version, and thus another digest. Where the digest stays, the set was
        /// refused.
        private Optional<String> refusal(SortedMap<Integer, RetaggingProgress> now) {
            boolean same = now.entrySet().stream().anyMatch(one -> {
                RetaggingProgress earlier = before.get(one.getKey());
                return earlier != null && earlier.digest().equals(one.getValue().digest());
            });
            return same
                    ? Optional.of(
                            "--wait: Expected the instances to tag with the set, found that they refuse it and keep"
                                    + " the version before. GET /v1/labels and their log say why.")
                    : Optional.empty();
        }

        private static boolean isDone(@Nullable RetaggingProgress progress, long offset) {
            return progress != null && progress.isDone() && progress.position().offset() > offset;
        }

        private static long done(Collection<RetaggingProgress> now, long offset) {
            return now.stream()
                    .filter(one -> one.position().offset() > offset)
                    .mapToLong(RetaggingProgress::done)
                    .sum();
        }

        private static String published(Collection<RetaggingProgress> now) {
            return String.format(
                    Locale.ROOT,
                    "%d changed",
                    now.stream().mapToLong(RetaggingProgress::published).sum());
        }

        @Override
        public void close() {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
