package dev.clipstream.topology.tagging;

import dev.clipstream.tag.ImageTags;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.async.BackgroundTurns;
import dev.clipstream.topology.tagging.TaggedMedia.Medium;
import dev.clipstream.topology.tagging.TaggedMedia.Written;
import dev.clipstream.topology.topic.Refusals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueTimestampHeaders;
import org.jspecify.annotations.Nullable;

/// Tags the media of a task again when the label sets have changed.
///
/// It goes through the store of vectors by key, in slices of about [#SLICE] between records, and writes the tags that
/// differ from those that were written before. What was written of each medium is state and is committed with the
/// outputs, and so is the last key that is done, so with exactly-once processing, a killed instance loses and repeats
/// nothing. When the label sets change again, it begins anew. Media that are deleted or embedded meanwhile are tagged
/// as records; the store then holds what is new.
///
/// An instance whose label sets are older than those of the state waits until it has read the newer ones. Records that
/// it tags meanwhile make the state unfinished, so that all media are compared once more.
///
/// Belongs to one task and runs on its stream thread.
final class Retagging {
    /// How long a slice takes, and thus how long a record waits for it.
    static final Duration SLICE = Duration.ofMillis(2);

    /// How often a task without records looks for changed label sets. Each look costs a commit, because Kafka Streams
    /// commits after each punctuation.
    static final Duration LOOK = Duration.ofSeconds(1);

    /// The shortest interval of punctuations. The thread does not wait for it: see [BackgroundTurns].
    private static final Duration TICK = Duration.ofMillis(1);

    /// Blocks in a slice: few enough to use the processor well, many enough that a slice ends in time.
    private static final int BLOCKS = 2;

    /// Tags that a slice writes. Sending them takes longer than scoring, and the producer's thread needs the processor.
    private static final int MOST_WRITTEN = 64;

    /// How often the last key that is done is kept. A task that goes on from an older one compares some media again,
    /// and writes nothing again, because what was written is kept with each medium.
    private static final Duration KEEP = Duration.ofMillis(250);

    private final ProcessorContext<byte @Nullable [], Object> context;
    private final KeyValueStore<byte[], ValueTimestampHeaders<byte[]>> vectors;
    private final KeyValueStore<byte[], byte[]> states;
    private final StoredMedia stored;
    private final TaggedMedia media;
    private final LiveTagger tagger;
    private final ThreadScorer scorer = ThreadScorer.ofThisThread();
    private final RetaggingMetrics metrics;
    private final Clock clock;
    private final int partition;
    private final Cancellable look;
    private final BackgroundTurns turns = BackgroundTurns.ofThisThread();
    private final long sliceNanos;
    private @Nullable RetaggingState state;
    private @Nullable TaggerSnapshot seen;
    private @Nullable Cancellable slices;
    private long keptNanos = System.nanoTime();
    private int block = 1;

    Retagging(
            ProcessorContext<byte @Nullable [], Object> context,
            KeyValueStore<byte[], ValueTimestampHeaders<byte[]>> vectors,
            KeyValueStore<byte[], byte[]> states,
            StoredMedia stored,
            TaggedMedia media,
            TaggingParts parts) {
        this.context = context;
        this.vectors = vectors;
        this.states = states;
        this.stored = stored;
        this.media = media;
        this.tagger = parts.tagger();
        this.metrics = parts.metrics();
        this.clock = parts.clock();
        this.partition = context.taskId().partition();
        this.sliceNanos = parts.slice().toNanos();
        this.look = context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, now -> look(tagger.current()));
    }

    /// Ends the background work. Its state stays.
    void close() {
        look.cancel();
        pause();
        metrics.closed(partition);
    }

    /// Notes that a record is tagged with a snapshot.
    void tags(TaggerSnapshot snapshot) {
        if (snapshot != seen) {
            look(snapshot);
        }
        RetaggingState known = state;
        if (known != null
                && isBehind(snapshot, known.progress())
                && !known.progress().digest().isEmpty()) {
            RetaggingProgress done = known.progress();
            keep(begun(done.position(), ""));
        }
    }

    /// Begins, goes on, or ends, as the label sets and the state ask for it.
    private void look(TaggerSnapshot snapshot) {
        if (seen == null) {
            byte[] known = states.get(RetaggingState.KEY);
            state = known == null ? null : RetaggingState.read(partition, known).orElse(null);
        }
        seen = snapshot;
        RetaggingState known = state;
        if (known == null) {
            // a new partition, or the first start with this store: what was published is taken as up to date
            Instant now = clock.instant();
            keep(new RetaggingState(
                    new RetaggingProgress(
                            partition, snapshot.position(), snapshot.digest(), true, 0, 0, 0, 0, now, now),
                    null));
            return;
        }
        RetaggingProgress progress = known.progress();
        if (isBehind(snapshot, progress)) {
            pause();
        } else if (!progress.digest().equals(snapshot.digest())) {
            keep(begun(snapshot.position(), snapshot.digest()));
            goOn();
        } else {
            if (!progress.position().equals(snapshot.position())) {
                keep(new RetaggingState(at(progress, snapshot.position()), known.cursor()));
            }
            if (!progress.isDone()) {
                goOn();
            }
        }
    }

    private void goOn() {
        turns.begin(this);
        if (slices == null) {
            slices = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> slice());
        }
    }

    private void pause() {
        turns.end(this);
        scorer.release(partition);
        if (slices != null) {
            slices.cancel();
            slices = null;
        }
    }

    private void slice() {
        if (!turns.take(this)) {
            return;
        }
        TaggerSnapshot snapshot = tagger.current();
        if (snapshot != seen) {
            look(snapshot);
        }
        RetaggingState known = state;
        if (slices == null || known == null) {
            return;
        }
        long startNanos = System.nanoTime();
        RetaggingState next = slice(snapshot, known, startNanos);
        state = next;
        metrics.progress(next.progress());
        if (next.progress().isDone() || startNanos - keptNanos >= KEEP.toNanos()) {
            keep(next);
        }
        if (next.progress().isDone()) {
            pause();
        }
        metrics.slice().record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    }

    private RetaggingState slice(TaggerSnapshot snapshot, RetaggingState before, long startNanos) {
        byte[] cursor = before.cursor();
        long done = 0;
        long published = 0;
        long alerts = 0;
        boolean more;
        try (KeyValueIterator<byte[], ValueTimestampHeaders<byte[]>> left = after(cursor)) {
            long blockNanos = startNanos;
            do {
                int most = Math.min(Math.min(block, MOST_WRITTEN), scorer.most(partition, snapshot));
                List<Medium> media = new ArrayList<>(most);
                int read = 0;
                while (read < most && left.hasNext()) {
                    KeyValue<byte[], ValueTimestampHeaders<byte[]>> next = left.next();
                    stored.medium(next.key, next.value, snapshot.model()).ifPresent(media::add);
                    cursor = next.key;
                    read++;
                }
                for (Written written : write(snapshot, media)) {
                    published += written.tags() ? 1 : 0;
                    alerts += written.alerts();
                }
                done += read;
                more = left.hasNext();
                long now = System.nanoTime();
                adapt(read, now - blockNanos);
                blockNanos = now;
            } while (more && published + alerts < MOST_WRITTEN && blockNanos - startNanos < sliceNanos);
        }
        turns.forwarded((int) (published + alerts), context::commit);
        metrics.published(published);
        metrics.alerts(alerts);
        RetaggingProgress last = before.progress();
        long all = last.done() + done;
        return new RetaggingState(
                new RetaggingProgress(
                        partition,
                        last.position(),
                        last.digest(),
                        !more,
                        all,
                        more ? Math.max(last.total(), all) : all,
                        last.published() + published,
                        last.alerts() + alerts,
                        last.startedAt(),
                        clock.instant()),
                more ? cursor : null);
    }

    private List<Written> write(TaggerSnapshot snapshot, List<Medium> block) {
        if (block.isEmpty()) {
            return List.of();
        }
        List<ImageTags> found = scorer.tag(
                partition, snapshot, block.stream().map(Medium::vector).toList());
        List<Written> written = new ArrayList<>(block.size());
        for (int i = 0; i < block.size(); i++) {
            written.add(write(block.get(i), found.get(i), snapshot));
        }
        return written;
    }

    private Written write(Medium medium, ImageTags found, TaggerSnapshot snapshot) {
        AtomicReference<Written> written = new AtomicReference<>(Written.NOTHING);
        Refusals.ofThisThread()
                .forward(
                        medium.source().position(),
                        stored.input(),
                        () -> written.set(media.write(medium, found, snapshot, true)));
        return Objects.requireNonNull(written.get());
    }

    /// Chooses the size of blocks by the time that a medium takes: with many labels, a slice has few media.
    private void adapt(int read, long nanos) {
        if (read > 0 && nanos > 0) {
            long fitting = sliceNanos / BLOCKS * read / nanos;
            block = (int) Math.clamp(fitting, 1, 2L * block);
        }
    }

    private KeyValueIterator<byte[], ValueTimestampHeaders<byte[]>> after(byte @Nullable [] cursor) {
        // the smallest key behind another one has one byte more, which is 0
        return cursor == null ? vectors.all() : vectors.range(Arrays.copyOf(cursor, cursor.length + 1), null);
    }

    private RetaggingState begun(LabelsPosition position, String digest) {
        Instant now = clock.instant();
        long total = Math.max(0, vectors.approximateNumEntries());
        return new RetaggingState(
                new RetaggingProgress(partition, position, digest, false, 0, total, 0, 0, now, now), null);
    }

    private static RetaggingProgress at(RetaggingProgress progress, LabelsPosition position) {
        return new RetaggingProgress(
                progress.partition(),
                position,
                progress.digest(),
                progress.isDone(),
                progress.done(),
                progress.total(),
                progress.published(),
                progress.alerts(),
                progress.startedAt(),
                progress.updatedAt());
    }

    private void keep(RetaggingState next) {
        state = next;
        keptNanos = System.nanoTime();
        states.put(RetaggingState.KEY, next.write());
        metrics.progress(next.progress());
    }

    /// Returns whether the state is of newer label sets than the snapshot.
    private static boolean isBehind(TaggerSnapshot snapshot, RetaggingProgress progress) {
        return snapshot.position().topicId().equals(progress.position().topicId())
                && snapshot.position().offset() < progress.position().offset()
                && !snapshot.digest().equals(progress.digest());
    }
}
