package dev.clipstream.bench;

import dev.clipstream.index.BareClient;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.index.MediaIndexFactories;
import dev.clipstream.runtime.lifecycle.Service;
import dev.clipstream.runtime.settings.StartException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A complete service with its own index and its own broker. Owns all of them; used by one thread.
public final class IndexUnderTest implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final int PICTURES = 64;

    private final BrokerProcess broker;
    private final Service service;
    private final MediaIndexes store;
    private final MediaIndex index;
    private final @Nullable BareClient bare;
    private final List<byte[]> pictures;

    private IndexUnderTest(
            BrokerProcess broker,
            Service service,
            MediaIndexes store,
            MediaIndex index,
            @Nullable BareClient bare,
            List<byte[]> pictures) {
        this.broker = broker;
        this.service = service;
        this.store = store;
        this.index = index;
        this.bare = bare;
        this.pictures = pictures;
    }

    /// Starts a broker and a service, and waits until it runs.
    ///
    /// @param settings full names and values; those of `index.` say where the index is, and its keys in Redis get a
    ///                 prefix of this run
    /// @throws StartException     if the service does not start
    /// @throws dev.clipstream.index.IndexUnavailableException if the index is unavailable or not writable
    /// @throws BenchmarkException if the broker does not start
    public static IndexUnderTest start(Map<String, String> settings) throws StartException, BenchmarkException {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("clipstream.index.prefix", "bench-" + UUID.randomUUID() + ":");
        MediaIndexFactory factory = MediaIndexFactories.of(all, Clock.systemUTC());
        factory.requireWritable(); // the service would wait until it is
        List<byte[]> pictures = SyntheticImages.jpegs(PICTURES, 640, 480);
        BrokerProcess broker = BrokerProcess.start(
                pictures.stream().mapToInt(picture -> picture.length).max().orElse(0));
        Service service = null;
        try {
            all.put("clipstream.bootstrap-servers", broker.bootstrapServers());
            all.put("clipstream.topologies", "embedding,tagging,indexing");
            all.put("clipstream.log", "text");
            all.put("logging.level.root", "WARN");
            all.put("server.port", "0");
            service = Service.start(all, null);
            if (!service.awaitRunning(START)) {
                throw new StartException(
                        "Expected the service to run within " + START.toSeconds() + " s, found that it does not");
            }
            MediaIndexes store = service.pipeline()
                    .indexes()
                    .orElseThrow(() -> new IllegalStateException("Expected an index, found none"));
            MediaIndex index = store.open(service.pipeline().model().identity());
            BareClient bare =
                    factory.bareClient(service.pipeline().model().identity()).orElse(null);
            return new IndexUnderTest(broker, service, store, index, bare, pictures);
        } catch (StartException | RuntimeException e) {
            if (service != null) {
                service.close();
            }
            broker.close();
            throw e;
        }
    }

    MediaIndex index() {
        return index;
    }

    /// Returns the name of the store.
    String kind() {
        return store.kind();
    }

    /// Returns a client of the same server, or null for an index in this process.
    @Nullable
    BareClient bare() {
        return bare;
    }

    /// Returns the port of the HTTP API.
    int port() {
        return service.port();
    }

    List<byte[]> pictures() {
        return pictures;
    }

    /// Returns the clients of the pipeline; the caller closes them.
    BenchStream stream() {
        return new BenchStream(
                broker.bootstrapServers(),
                broker.largestRecord(),
                Clock.systemUTC(),
                new Backlog(),
                new CompletableFuture<>());
    }

    @Override
    public void close() {
        try (broker;
                BareClient measured = bare) {
            service.close();
        }
    }
}
