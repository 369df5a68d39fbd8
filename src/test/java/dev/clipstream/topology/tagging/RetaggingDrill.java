package dev.clipstream.topology.tagging;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Tag;
import dev.clipstream.event.Topics;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.RetaggingProgressReader;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.TaggerSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Changes the labels of a library while media arrive, kills the instance half-way, and lets two others take over.
///
/// The vectors of the library are those of the project's samples with noise. [#main] prints the figures for a library
/// of any size.
final class RetaggingDrill implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final double NOISE = 0.6;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /// Time from writing a vector to reading its tags, in ms.
    ///
    /// @param records that were measured
    record Latency(int records, double p50, double p99) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d records, p50 %.1f ms, p99 %.1f ms", records, p50, p99);
        }
    }

    /// What came out.
    ///
    /// @param media         in the library, live ones included
    /// @param wrong         media whose last tags are not those of the last version
    /// @param causeless     tags that were written although they do not differ from those before
    /// @param doneAtKill    media that were compared when the instance was killed
    /// @param quiet         latency before the change
    /// @param during        latency while media are tagged again, without the take-over
    /// @param retagged      tags that were written again
    /// @param retagSeconds  time from the change to its end, without the take-over
    record Report(
            int media,
            List<String> wrong,
            List<String> causeless,
            long doneAtKill,
            Latency quiet,
            Latency during,
            long retagged,
            double retagSeconds) {}

    private final EmbeddedBroker broker;
    private final Path folder;
    private final String name;
    private final Topics topics;
    private final ClipModel model;
    private final Random random = new Random(16);
    private final List<float[]> samples;
    private final Map<String, Embedding> media = new ConcurrentHashMap<>();
    private final Map<String, Long> sentNanos = new ConcurrentHashMap<>();
    private final Map<String, Double> latencies = new ConcurrentHashMap<>();
    private final Map<String, List<MediaTagged>> tagged = new ConcurrentHashMap<>();
    private final List<Process> apps = new ArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final RetaggingProgressReader progress;
    private final Thread reader;
    private volatile boolean closing;
    private volatile int livePerSecond;
    private int liveSent;

    RetaggingDrill(EmbeddedBroker broker, Path folder, String name) throws Exception {
        this.broker = broker;
        this.folder = folder;
        this.name = name;
        this.topics = RetaggingApp.topics(name);
        this.model = RetaggingApp.model();
        this.samples = samples(model);
        broker.createTopics(Stream.of(topics.embedded(), topics.tagged(), topics.rejected(), topics.alerts())
                .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                .toList());
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.progress = new RetaggingProgressReader(new KafkaProperties(Settings.of(
                Map.of("clipstream.application-id", name, "clipstream.bootstrap-servers", broker.bootstrapServers()))));
        this.reader = Thread.ofPlatform().name("reader").start(this::read);
    }

    Report run(int library, int livePerSecond, Duration quiet) throws Exception {
        TaggerSnapshot last = RetaggingApp.snapshot(model, 2);
        Process first = start("first", 1);
        for (int i = 0; i < library; i++) {
            send("m" + i);
        }
        await("the library to be tagged", () -> tagged.size() >= library);
        this.livePerSecond = livePerSecond;
        Thread live = Thread.ofPlatform().name("live").start(this::live);
        TimeUnit.MILLISECONDS.sleep(quiet.toMillis() / 4); // warm up
        int before = liveSent;
        TimeUnit.MILLISECONDS.sleep(quiet.toMillis());
        Latency quietLatency = latency(before, liveSent);

        long startNanos = System.nanoTime();
        int changed = liveSent;
        OutputStream commands = first.getOutputStream();
        commands.write("2\n".getBytes(StandardCharsets.UTF_8));
        commands.flush();
        await("half of the library", () -> retagged() >= library / 2);
        Latency during = latency(changed, liveSent);
        double firstHalf = seconds(startNanos);
        long done = retagged();
        first.destroyForcibly().waitFor();
        start("second", 2);
        start("third", 2);
        long resumed = done;
        await("the take-over", () -> retagged() > resumed);
        long afterNanos = System.nanoTime();
        await("the end", () -> isDone(last));
        double rest = seconds(afterNanos);
        this.livePerSecond = 0;
        live.join();
        await("the last media", () -> tagged.size() == media.size());
        awaitQuiet();
        return new Report(
                media.size(), wrong(last), causeless(), done, quietLatency, during, retagged(), firstHalf + rest);
    }

    private static List<float[]> samples(ClipModel model) throws Exception {
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT);
        List<float[]> vectors = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("samples"))) {
            for (Path file : files.filter(file -> !file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                vectors.add(model.imageSessions()
                        .getFirst()
                        .run(List.of(
                                preprocessor.prepare(Files.readAllBytes(file)).modelInput()))
                        .getFirst()
                        .toArray());
            }
        }
        return vectors;
    }

    private void send(String id) {
        float[] values = samples.get(random.nextInt(samples.size())).clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (NOISE * random.nextGaussian() / Math.sqrt(values.length));
        }
        Embedding vector = Embedding.normalize(values);
        media.put(id, vector);
        Instant now = Instant.now();
        MediaEmbedded event = MediaEmbedded.newBuilder()
                .setMediaId(id)
                .setVector(vector.toLittleEndian())
                .setDimension(vector.dimension())
                .setModelId(model.identity().id())
                .setModelFingerprint(model.identity().fingerprint())
                .setImageWidth(640)
                .setImageHeight(480)
                .setUri("https://example.org/" + id)
                .setAttributes(Map.of("album", "summer"))
                .setSourceTopic("media.uploaded")
                .setSourcePartition(0)
                .setSourceOffset(media.size())
                .setUploadedAt(now)
                .setEmbeddedAt(now)
                .build();
        sentNanos.put(id, System.nanoTime());
        var _ = producer.send(new ProducerRecord<>(
                topics.embedded(),
                id.getBytes(StandardCharsets.UTF_8),
                AvroSerde.embedded().write(event)));
    }

    private void live() {
        long nextNanos = System.nanoTime();
        while (livePerSecond > 0) {
            send("live" + liveSent);
            liveSent++;
            nextNanos += TimeUnit.SECONDS.toNanos(1) / Math.max(1, livePerSecond);
            try {
                TimeUnit.NANOSECONDS.sleep(nextNanos - System.nanoTime());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void read() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topics.tagged(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closing) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    String id = new String(record.key(), StandardCharsets.UTF_8);
                    if (!latencies.containsKey(id)) {
                        latencies.put(id, (System.nanoTime() - Objects.requireNonNull(sentNanos.get(id))) / 1e6);
                    }
                    tagged.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>())
                            .add(AvroSerde.tagged().read(record.value()));
                }
            }
        }
    }

    private Latency latency(int from, int to) {
        await("the tags of live media", () -> latencies.containsKey("live" + (to - 1)));
        double[] sorted = IntStream.range(from, to)
                .mapToObj(i -> latencies.get("live" + i))
                .filter(found -> found != null)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return new Latency(sorted.length, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)]);
    }

    private long retagged() {
        return tagged.values().stream().filter(list -> list.size() > 1).count();
    }

    private boolean isDone(TaggerSnapshot last) {
        Collection<RetaggingProgress> found = progress.read().values();
        return found.size() == PARTITIONS && found.stream().allMatch(one -> one.isDoneWith(last.digest()));
    }

    /// Waits until no more tags are read for a second.
    private void awaitQuiet() throws InterruptedException {
        long before;
        do {
            before = records();
            TimeUnit.SECONDS.sleep(1);
        } while (records() > before);
    }

    private long records() {
        return tagged.values().stream().mapToLong(List::size).sum();
    }

    /// Returns the media whose last tags are not those of a snapshot.
    private List<String> wrong(TaggerSnapshot snapshot) {
        List<String> wrong = new ArrayList<>();
        new HashMap<>(media).forEach((id, vector) -> {
            List<MediaTagged> found = tagged.getOrDefault(id, List.of());
            if (found.isEmpty() || !isLike(found.getLast(), expected(snapshot, vector))) {
                wrong.add(id);
            }
        });
        return wrong;
    }

    private static List<ScoredLabel> expected(TaggerSnapshot snapshot, Embedding vector) {
        return snapshot.tag(vector).getFirst().tags();
    }

    private static boolean isLike(MediaTagged found, List<ScoredLabel> expected) {
        List<Tag> tags = found.getTags();
        return tags.size() == expected.size()
                && IntStream.range(0, tags.size())
                        .allMatch(i ->
                                tags.get(i).getLabelId().equals(expected.get(i).labelId())
                                        && tags.get(i)
                                                .getDisplayName()
                                                .equals(expected.get(i).displayName())
                                        && Math.abs(tags.get(i).getProbability()
                                                        - expected.get(i).probability())
                                                <= 1.1 * Published.TOLERANCE);
    }

    /// Returns the media with tags that were written again although they are the same.
    private List<String> causeless() {
        List<String> causeless = new ArrayList<>();
        tagged.forEach((id, list) -> {
            for (int i = 1; i < list.size(); i++) {
                if (labels(list.get(i)).equals(labels(list.get(i - 1)))) {
                    causeless.add(id);
                }
            }
        });
        return causeless;
    }

    private static List<String> labels(MediaTagged tagged) {
        return tagged.getTags().stream()
                .map(tag -> tag.getLabelId() + tag.getDisplayName() + Math.round(tag.getProbability() * 500))
                .toList();
    }

    private Process start(String instance, int version) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx384m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RetaggingApp.class.getName(),
                        broker.bootstrapServers(),
                        name,
                        folder.resolve(instance).toString(),
                        String.valueOf(version))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(instance + ".log").toFile())
                .start();
        apps.add(process);
        return process;
    }

    private void await(String what, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0 || apps.stream().noneMatch(Process::isAlive)) {
                throw new AssertionError("Expected " + what + ", found " + tagged.size() + " of " + media.size()
                        + " media tagged and " + retagged() + " again. See " + folder);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }

    @Override
    public void close() throws Exception {
        closing = true;
        livePerSecond = 0;
        apps.forEach(Process::destroyForcibly);
        for (Process app : apps) {
            app.waitFor();
        }
        reader.join();
        progress.close();
        producer.close();
        model.close();
    }

    /// Runs with a library of a size and a number of live media in a second.
    public static void main(String[] arguments) throws Exception {
        int library = Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("retagging-drill-");
        System.out.println("Logs in " + folder + "; arguments " + Arrays.toString(arguments));
        try (EmbeddedBroker broker = EmbeddedBroker.at(folder.resolve("broker"));
                RetaggingDrill drill = new RetaggingDrill(broker, folder, "drill")) {
            Report report = drill.run(library, Integer.parseInt(arguments[1]), Duration.ofSeconds(20));
            System.out.println("media: " + report.media());
            System.out.println("wrong in the end: " + report.wrong().size());
            System.out.println("written without a cause: " + report.causeless().size());
            System.out.println("tagged again when killed: " + report.doneAtKill());
            System.out.println("live, quiet: " + report.quiet());
            System.out.println("live, during: " + report.during());
            System.out.printf(
                    Locale.ROOT,
                    "tagged again: %d in %.1f s without the take-over%n",
                    report.retagged(),
                    report.retagSeconds());
        }
        System.exit(0);
    }
}
