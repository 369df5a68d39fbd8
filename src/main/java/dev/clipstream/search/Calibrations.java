package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.tag.ScoredLabel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Provides a calibration for each searched model: the configured one, or one that is measured in the background.
///
/// A measurement compares the newest media of the index with each other and with the prompts of the service's
/// labels. It takes a fraction of a second if the prompts are encoded already, and is repeated while the index grows.
/// Thread-safe.
public final class Calibrations {
    private static final Logger LOG = LoggerFactory.getLogger(Calibrations.class);

    /// Fewer media have too few unrelated pairs.
    private static final int MIN_MEDIA = 30;

    /// Their 8,128 pairs are enough for the 99th percentile.
    private static final int MAX_MEDIA = 128;

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration REPEAT_AFTER = Duration.ofMinutes(1);
    private static final Duration REPEAT_FULL_AFTER = Duration.ofHours(1);

    private final Optional<Calibration> configured;
    private final Map<ModelIdentity, Measured> measured = new ConcurrentHashMap<>();

    /// @param configured the calibration of one model, which is used instead of a measured one
    public Calibrations(Optional<Calibration> configured) {
        this.configured = configured;
    }

    /// Returns the calibration of a model, or empty if the index has too few media or the first measurement takes
    /// longer than half a second.
    public Optional<Calibration> of(Lookups lookups) {
        return configured
                .filter(one -> one.model().equals(lookups.model()))
                .or(() -> measured.computeIfAbsent(lookups.model(), model -> new Measured())
                        .get(lookups));
    }

    /// The latest measurement of a model.
    private static final class Measured {
        private final CountDownLatch first = new CountDownLatch(1);
        private final long startedNanos = System.nanoTime();
        private volatile @Nullable Calibration latest;
        private boolean running;
        private long dueNanos = startedNanos;

        Optional<Calibration> get(Lookups lookups) {
            if (isDue()) {
                // encoding prompts is native code, which would pin the carrier of a virtual thread
                Thread.ofPlatform().daemon().name("calibration").start(() -> measure(lookups));
            }
            try {
                // only the first searches wait
                first.await(startedNanos + PATIENCE.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.ofNullable(latest);
        }

        private synchronized boolean isDue() {
            if (running || System.nanoTime() - dueNanos < 0) {
                return false;
            }
            running = true;
            return true;
        }

        private void measure(Lookups lookups) {
            boolean full = false;
            try {
                List<Embedding> media = lookups.search().sample(MAX_MEDIA);
                if (media.size() >= MIN_MEDIA) {
                    latest = calibration(lookups, media);
                    full = media.size() == MAX_MEDIA;
                }
            } catch (SearchException unavailable) {
                // the searches report it; the next measurement may succeed
            } catch (RuntimeException e) {
                LOG.warn(
                        "Calibration of {} failed. Its next attempt is in a minute.",
                        lookups.model().id(),
                        e);
            } finally {
                ended(full ? REPEAT_FULL_AFTER : REPEAT_AFTER);
            }
        }

        private synchronized void ended(Duration pause) {
            running = false;
            dueNanos = System.nanoTime() + pause.toNanos();
            first.countDown();
        }
    }

    private static Calibration calibration(Lookups lookups, List<Embedding> media) {
        List<Double> texts = new ArrayList<>();
        List<Double> pictures = new ArrayList<>();
        for (int i = 0; i < media.size(); i++) {
            for (ScoredLabel scored : lookups.labelling().served(media.get(i))) {
                texts.add(scored.cosine());
            }
            for (int other = 0; other < i; other++) {
                pictures.add(media.get(i).cosine(media.get(other)));
            }
        }
        return Calibration.of(lookups.model(), pictures, texts);
    }
}
