package dev.clipstream.bench;

import dev.clipstream.bench.IndexMeasurements.Http;
import dev.clipstream.bench.IndexMeasurements.Loaded;
import dev.clipstream.bench.IndexMeasurements.Lookups;
import dev.clipstream.bench.IndexMeasurements.Searchable;
import dev.clipstream.bench.IndexMeasurements.Size;
import dev.clipstream.bench.IndexMeasurements.Writes;
import dev.clipstream.clip.Embedding;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.BareClient.Document;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.NearestQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Measures the media index and its searches: writes alternating with a bare client, searches as the index grows,
/// over HTTP and under load, and the delay until an upload is found.
public final class IndexBenchmark {
    private static final int LIMIT = 10;
    private static final int EFFORT = 100;
    private static final int BATCH = 256;
    /// Warm-up searches per kind for each measured one. With the default of 500 queries the JIT compiler is done by
    /// then, as in a running service.
    private static final Duration WARM_UP = Duration.ofMillis(30);

    private static final int LOAD_PICTURES = 500;
    private static final int SEARCHABLE_PER_SECOND = 20;
    private static final MediaFilter RARE = MediaFilter.ALL.withTags(Set.of(BenchDocuments.RARE), Set.of(), Set.of());

    private final IndexUnderTest test;
    private final Extent extent;
    private final Consumer<String> talk;
    private final BenchDocuments documents;

    /// The extent of the benchmark.
    ///
    /// @param sizes   numbers of media at which searches are measured, ascending, at least one
    /// @param queries searches of each kind, at least 1
    /// @param uploads number of uploads at 20 events/s, at least 1
    public record Extent(List<Integer> sizes, int queries, int uploads) {
        public Extent {
            if (sizes.isEmpty()
                    || sizes.getFirst() < LIMIT
                    || queries < 1
                    || uploads < 1
                    || !sizes.equals(sizes.stream().distinct().sorted().toList())) {
                throw new IllegalArgumentException("Expected ascending sizes of at least " + LIMIT
                        + " and at least one query and upload, found " + sizes + ", " + queries + " and "
                        + uploads);
            }
            sizes = List.copyOf(sizes);
        }
    }

    /// Creates a benchmark.
    ///
    /// @param test   the service and its empty index
    /// @param extent of the benchmark
    /// @param talk   receives progress messages
    public IndexBenchmark(IndexUnderTest test, Extent extent, Consumer<String> talk) {
        this.test = test;
        this.extent = extent;
        this.talk = talk;
        this.documents = new BenchDocuments(test.index().model().dimension());
    }

    /// Runs all parts; takes minutes.
    ///
    /// @throws BenchmarkException if a search is refused, or an image does not yield tags
    public IndexMeasurements run() throws BenchmarkException, InterruptedException {
        BareClient bare = test.bare();
        Writes writes = null;
        List<Size> sizes = new ArrayList<>();
        Http http = null;
        int there = 0;
        for (int size : extent.sizes()) {
            talk.accept(size + " media");
            double perSecond;
            if (there == 0 && bare != null) {
                writes = writes(bare, size);
                perSecond = writes.perSecond();
            } else {
                perSecond = fill(there, size);
            }
            there = size;
            sizes.add(new Size(
                    size, perSecond, lookups(size, MediaFilter.ALL, 1), lookups(size, RARE, BenchDocuments.RARITY)));
            if (http == null) {
                http = http(bare);
            }
        }
        if (http == null) {
            throw new IllegalStateException("Expected a size, found none");
        }
        try (HttpLookups lookups = new HttpLookups(test.port());
                BenchStream stream = test.stream()) {
            return new IndexMeasurements(
                    Measurements.Machine.here(),
                    test.kind(),
                    documents.dimension(),
                    writes,
                    sizes,
                    http,
                    loaded(lookups, stream),
                    searchable(stream));
        }
    }

    private Writes writes(BareClient bare, int media) {
        talk.accept("writes, alternating with a bare client");
        long before = bare.usedBytes();
        long oursNanos = 0;
        long bareNanos = 0;
        long bareBytes = 0;
        for (int from = 0; from < media; from += BATCH) {
            List<Document> batch = batch(from, Math.min(from + BATCH, media));
            long start = System.nanoTime();
            write(batch);
            long between = System.nanoTime();
            oursNanos += between - start;
            long used = bare.usedBytes();
            long again = System.nanoTime();
            bare.write(batch);
            bareNanos += System.nanoTime() - again;
            bareBytes += bare.usedBytes() - used;
        }
        double ours = media / (oursNanos / 1e9);
        double theirs = media / (bareNanos / 1e9);
        double bytes = (double) (bare.usedBytes() - before - bareBytes) / media;
        return new Writes(media, ours, theirs, ours / theirs, bytes, documents.dimension() * Float.BYTES);
    }

    private double fill(int from, int to) {
        long nanos = 0;
        for (int first = from; first < to; first += BATCH) {
            List<Document> batch = batch(first, Math.min(first + BATCH, to));
            long start = System.nanoTime();
            write(batch);
            nanos += System.nanoTime() - start;
        }
        return (to - from) / (nanos / 1e9);
    }

    private List<Document> batch(int from, int to) {
        return LongStream.range(from, to).mapToObj(documents::at).toList();
    }

    private void write(List<Document> batch) {
        var _ = test.index()
                .write(batch.stream().flatMap(BenchDocuments::writes).toList());
    }

    /// Measures searches.
    ///
    /// @param every restricts the search to numbers divisible by this
    private Lookups lookups(int size, MediaFilter filter, int every) throws BenchmarkException, InterruptedException {
        talk.accept(every == 1 ? "searches" : "searches with a filter that keeps one in " + every);
        MediaIndex index = test.index();
        warmUp(query ->
                index.nearest(NearestQuery.of(query, LIMIT).withEffort(EFFORT).withFilter(filter)));
        double[] millis = new double[extent.queries()];
        List<Set<String>> found = new ArrayList<>();
        for (int i = 0; i < extent.queries(); i++) {
            Embedding query = documents.query(i);
            long start = System.nanoTime();
            List<MediaHit> hits = index.nearest(
                    NearestQuery.of(query, LIMIT).withEffort(EFFORT).withFilter(filter));
            millis[i] = (System.nanoTime() - start) / 1e6;
            found.add(new HashSet<>(
                    hits.stream().map(hit -> hit.media().mediaId()).toList()));
        }
        double recall = documents.recall(found, size, every, LIMIT);
        Percentiles spread = new Percentiles(millis);
        return new Lookups(spread.at(50), spread.at(99), recall);
    }

    /// A search.
    private interface Lookup {
        Object of(Embedding query) throws BenchmarkException, InterruptedException;
    }

    private void warmUp(Lookup lookup) throws BenchmarkException, InterruptedException {
        long until = System.nanoTime() + WARM_UP.multipliedBy(extent.queries()).toNanos();
        for (int i = 0; System.nanoTime() < until; i++) {
            var _ = lookup.of(documents.query(i));
        }
    }

    private Http http(@Nullable BareClient bare) throws BenchmarkException, InterruptedException {
        talk.accept("searches over HTTP");
        double[] ours = new double[extent.queries()];
        double[] theirs = new double[extent.queries()];
        try (HttpLookups lookups = new HttpLookups(test.port())) {
            warmUp(query -> lookups.byVector(query, LIMIT, EFFORT));
            if (bare != null) {
                warmUp(query -> bare.nearest(query, LIMIT, EFFORT));
            }
            for (int i = 0; i < extent.queries(); i++) {
                Embedding query = documents.query(i);
                ours[i] = lookups.byVector(query, LIMIT, EFFORT);
                long start = System.nanoTime();
                if (bare != null) {
                    bare.nearest(query, LIMIT, EFFORT);
                }
                theirs[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Percentiles spread = new Percentiles(ours);
        Percentiles bareSpread = new Percentiles(theirs);
        return new Http(
                spread.at(50),
                spread.at(99),
                bare == null ? null : bareSpread.at(50),
                bare == null ? null : bareSpread.at(99));
    }

    private Loaded loaded(HttpLookups lookups, BenchStream stream) throws BenchmarkException, InterruptedException {
        talk.accept("searches by text, idle");
        double[] idle = new double[extent.queries()];
        for (int i = 0; i < idle.length; i++) {
            idle[i] = lookups.byText("a picture of idle number " + i, LIMIT);
        }
        talk.accept("searches by text, " + LOAD_PICTURES + " images in flight");
        List<Double> busy = new ArrayList<>();
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Double> flood = other.submit(() -> stream.flood(test.pictures(), LOAD_PICTURES));
            while (!flood.isDone()) {
                busy.add(lookups.byText("a picture of busy number " + busy.size(), LIMIT));
                Thread.sleep(50);
            }
            flood.get();
        } catch (ExecutionException e) {
            throw new BenchmarkException("Expected the load to complete, found: " + e.getMessage(), e);
        }
        Percentiles calm = new Percentiles(idle);
        Percentiles loaded =
                new Percentiles(busy.stream().mapToDouble(Double::doubleValue).toArray());
        return new Loaded(calm.at(50), calm.at(99), loaded.at(50), loaded.at(99), busy.size());
    }

    private Searchable searchable(BenchStream stream) throws BenchmarkException, InterruptedException {
        talk.accept("uploads until found, " + SEARCHABLE_PER_SECOND + " events/s");
        Percentiles millis = stream.pacedUntil(
                test.pictures(),
                extent.uploads(),
                SEARCHABLE_PER_SECOND,
                mediaId -> test.index().get(mediaId).isPresent());
        return new Searchable(SEARCHABLE_PER_SECOND, millis.at(50), millis.at(99));
    }
}
