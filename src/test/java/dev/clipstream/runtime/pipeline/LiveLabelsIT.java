package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.kafka.labels.LabelChanges;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelSetState;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import dev.clipstream.runtime.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Label sets on their topic, and the instances that follow it.
class LiveLabelsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String LABELS = "media.labels";

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Pipeline> running = new ArrayList<>();
    private EmbeddedBroker broker;
    private KafkaProducer<String, byte @Nullable []> producer;
    private LabelWriter labels;
    private int media;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(List.of(
                new NewTopic("media.embedded", 2, (short) 1),
                new NewTopic("media.tagged", 2, (short) 1),
                new NewTopic("media.rejected", 1, (short) 1),
                new NewTopic("media.alerts", 1, (short) 1),
                labelsTopic()));
        Map<String, Object> clients = Map.of("bootstrap.servers", broker.bootstrapServers());
        producer = new KafkaProducer<>(clients, new StringSerializer(), new ByteArraySerializer());
        labels = new LabelWriter(clients, clients, LABELS);
    }

    @AfterEach
    void stopBroker() {
        running.forEach(Pipeline::close);
        producer.close();
        broker.close();
    }

    @Test
    void everyInstanceFollowsTheTopicWithoutARestart() throws Exception {
        // given: two instances that share the partitions
        Pipeline first = run("first");
        Pipeline second = run("second");
        await(() -> first.isRunning() && second.isRunning());
        assertThat(sets(publishAndRead(first.model().identity()))).containsExactly("everyday");

        // when
        apply(set("animals", "1", "cat", "dog"));

        // then: each medium has the tags of both sets, whichever instance has its partition
        await(() -> has(first, "animals", "1") && has(second, "animals", "1"));
        assertThat(sets(publishAndRead(first.model().identity()))).containsExactly("everyday", "animals");

        // when: two labels with one vector
        long bad = apply(set("animals", "2", "cat", "dog", "cat again:cat"));

        // then
        await(() -> reflects(first, bad) && reflects(second, bad));
        for (Pipeline instance : List.of(first, second)) {
            LabelSetState state = state(instance, "animals");
            assertThat(state.applied().orElseThrow().version()).isEqualTo("1");
            assertThat(state.refusal().orElseThrow().version()).contains("2");
            assertThat(state.refusal().orElseThrow().message()).contains("'cat', 'cat again' share");
        }
        assertThat(meters.get("clipstream.label.sets.refused").gauge().value()).isEqualTo(1);

        // when: an instance ends and comes back
        Map<Path, FileTime> vectors = vectors("second");
        assertThat(vectors).isNotEmpty();
        second.close();
        Pipeline again = run("second");

        // then: it has what it had, and encoded no prompt
        assertThat(has(again, "animals", "1")).isTrue();
        assertThat(vectors("second")).isEqualTo(vectors);

        // when
        long deleted = labels.write(now -> LabelChanges.delete(now, "animals", "2"));

        // then
        await(() -> reflects(first, deleted) && reflects(again, deleted));
        assertThat(sets(publishAndRead(first.model().identity()))).containsExactly("everyday");
    }

    @Test
    void aTopicThatIsCreatedAgainIsReadFromItsBeginning() throws Exception {
        // given
        Pipeline instance = run("only");
        apply(set("animals", "1", "cat", "dog"));
        await(() -> has(instance, "animals", "1"));

        // when
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of(LABELS)).all().get();
        }
        broker.createTopics(List.of(labelsTopic()));
        // more records than before, so that the offset alone does not tell
        apply(set("plants", "1", "oak", "fir"));
        apply(set("plants", "2", "oak", "elm"));

        // then
        await(() -> has(instance, "plants", "2"));
        assertThat(instance.labelFeed().orElseThrow().states())
                .extracting(LabelSetState::name)
                .containsExactly("everyday", "plants");
    }

    @Test
    void ofTwoWritersThatExpectOneVersionOneSucceeds() throws Exception {
        apply(set("animals", "1", "cat", "dog"));

        List<CompletableFuture<String>> writers = Stream.of("2a", "2b", "2c")
                .map(version -> CompletableFuture.supplyAsync(() -> {
                    try {
                        labels.write(now -> LabelChanges.apply(now, set("animals", version, "cat", "cow"), "1", false));
                        return version;
                    } catch (RefusedChangeException e) {
                        assertThat(e.reason()).isEqualTo(LabelChanges.Reason.OTHER_VERSION);
                        return "refused";
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        List<String> outcomes = writers.stream().map(CompletableFuture::join).toList();

        String stored = labels.read().find("animals").orElseThrow().version();
        assertThat(outcomes).containsOnlyOnce(stored);
        assertThat(outcomes.stream().filter("refused"::equals)).hasSize(2);
    }

    @Test
    void aVersionIsWrittenOnce() throws Exception {
        long first = apply(set("animals", "1", "cat", "dog"));

        assertThat(first).isNotNegative();
        assertThat(apply(set("animals", "1", "cat", "dog")))
                .as("nothing to write")
                .isNegative();
        assertThatThrownBy(() -> apply(set("animals", "1", "cat", "cow")))
                .isInstanceOf(RefusedChangeException.class)
                .hasMessageContaining("found version '1' of 'animals' with other content on the topic")
                .hasMessageContaining("Write version: \"2\"");
        labels.write(now -> LabelChanges.apply(now, set("animals", "1", "cat", "cow"), null, true));
        assertThat(labels.read().find("animals").orElseThrow().version()).isEqualTo("2");
    }

    private static NewTopic labelsTopic() {
        return new NewTopic(LABELS, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
    }

    private Pipeline run(String name) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.topologies", "tagging");
        settings.put("clipstream.model.path", "src/test/resources/models/random-tiny");
        settings.put("clipstream.model.devices", "cpu");
        settings.put("clipstream.kafka.state.dir", folder.resolve(name).toString());
        settings.put("clipstream.shutdown-timeout", "5s");
        Pipeline started = Pipeline.create(Settings.of(settings), meters, Clock.systemUTC(), UnaryOperator.identity());
        running.add(started);
        started.start();
        return started;
    }

    private long apply(LabelSet set) throws Exception {
        return labels.write(now -> LabelChanges.apply(now, set, null, false));
    }

    private static LabelSetState state(Pipeline instance, String name) {
        return instance.labelFeed().orElseThrow().states().stream()
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean has(Pipeline instance, String name, String version) {
        return instance.labelFeed().orElseThrow().states().stream()
                .anyMatch(state -> state.name().equals(name)
                        && state.applied()
                                .filter(set -> set.version().equals(version))
                                .isPresent());
    }

    private static boolean reflects(Pipeline instance, long offset) {
        try {
            return instance.labelFeed().orElseThrow().awaitOffset(offset, Duration.ofMillis(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Publishes a medium to each partition, and returns its tags.
    private List<MediaTagged> publishAndRead(ModelIdentity model) throws Exception {
        List<TopicPartition> partitions =
                List.of(new TopicPartition("media.tagged", 0), new TopicPartition("media.tagged", 1));
        List<MediaTagged> tagged = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<String> ids = new ArrayList<>();
            for (int partition = 0; partition < 2; partition++) {
                String id = "m" + media++;
                ids.add(id);
                producer.send(new ProducerRecord<>(
                                "media.embedded",
                                partition,
                                id,
                                AvroSerde.embedded().write(vector(id, model))))
                        .get();
            }
            await(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (ids.contains(record.key())) {
                        tagged.add(AvroSerde.tagged().read(record.value()));
                    }
                });
                return tagged.stream().map(MediaTagged::getMediaId).distinct().count() == 2;
            });
        }
        return tagged;
    }

    /// Returns the label sets that all these tags are of.
    private static List<String> sets(List<MediaTagged> tagged) {
        List<List<String>> each = tagged.stream()
                .map(one ->
                        one.getLabelSets().stream().map(set -> set.getName()).toList())
                .distinct()
                .toList();
        assertThat(each).hasSize(1);
        return each.getFirst();
    }

    private static MediaEmbedded vector(String id, ModelIdentity model) {
        float[] values = new float[model.dimension()];
        values[0] = 1;
        return MediaEmbedded.newBuilder()
                .setMediaId(id)
                .setVector(Embedding.normalize(values).toLittleEndian())
                .setDimension(model.dimension())
                .setModelId(model.id())
                .setModelFingerprint(model.fingerprint())
                .setImageWidth(1)
                .setImageHeight(1)
                .setSourceTopic("media.uploaded")
                .setSourcePartition(0)
                .setSourceOffset(0)
                .setUploadedAt(Instant.EPOCH)
                .setEmbeddedAt(Instant.EPOCH)
                .build();
    }

    /// @param labels ids, each with a prompt of its own behind a colon
    private static LabelSet set(String name, String version, String... labels) {
        return new LabelSet(
                name,
                version,
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of(),
                List.of(),
                Stream.of(labels)
                        .map(label -> label.split(":"))
                        .map(parts -> new Label(
                                parts[0],
                                Map.of("en", parts[0]),
                                parts.length == 1 ? List.of() : List.of(parts[1]),
                                null,
                                null))
                        .toList());
    }

    private Map<Path, FileTime> vectors(String instance) throws IOException {
        Map<Path, FileTime> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder.resolve(instance).resolve("text-vectors"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.getLastModifiedTime(file));
            }
        }
        return files;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("Expected it within " + PATIENCE).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
