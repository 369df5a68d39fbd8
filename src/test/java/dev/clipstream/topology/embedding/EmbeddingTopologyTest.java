package dev.clipstream.topology.embedding;

import static dev.clipstream.topology.TopologyFixtures.CLOCK;
import static dev.clipstream.topology.TopologyFixtures.MODEL;
import static dev.clipstream.topology.TopologyFixtures.NOW;
import static dev.clipstream.topology.TopologyFixtures.UPLOADED;
import static dev.clipstream.topology.TopologyFixtures.bytes;
import static dev.clipstream.topology.TopologyFixtures.inline;
import static dev.clipstream.topology.TopologyFixtures.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.event.UploadPosition;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTopologyTest {
    private static final float[] VECTOR = {0.6f, 0, 0.8f};
    private static final AvroSerde<MediaUploaded> UPLOADS = AvroSerde.uploaded();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, Urgency> urgencies = new HashMap<>();
    private final TopologyTestDriver driver = TopologyFixtures.driver(EmbeddingTopology.build(
            Topics.DEFAULT,
            UploadLogs.BY_NAME,
            this::embed,
            MODEL,
            new StageLimits(256, 1 << 20, Duration.ofSeconds(60)),
            TopicRules.NONE,
            new StageMetrics(registry, EmbeddingTopology.NAME),
            CLOCK));
    private final TestInputTopic<byte[], byte[]> uploaded = TopologyFixtures.input(driver, Topics.DEFAULT.uploaded());
    private final TestOutputTopic<byte[], MediaEmbedded> embedded =
            TopologyFixtures.output(driver, Topics.DEFAULT.embedded(), AvroSerde.embedded());
    private final TestOutputTopic<byte[], MediaRejected> rejected =
            TopologyFixtures.output(driver, Topics.DEFAULT.rejected(), AvroSerde.rejected());

    @AfterEach
    void close() {
        driver.close();
    }

    /// A pipeline whose outcome depends on the media id.
    private CompletableFuture<Outcome> embed(MediaUploaded event, Urgency urgency, MediaPipeline.Progress progress) {
        urgencies.put(event.getMediaId(), urgency);
        progress.arrived();
        progress.inTurn();
        return switch (event.getMediaId()) {
            case "broken" ->
                CompletableFuture.completedFuture(
                        new Outcome.Rejected(RejectionReason.TRUNCATED, "Expected an image, found half of one"));
            case "device-lost" -> CompletableFuture.failedFuture(new IllegalStateException("device lost"));
            // on another thread, as in production
            default -> CompletableFuture.supplyAsync(() -> new Outcome.Embedded(Embedding.normalize(VECTOR), 640, 480));
        };
    }

    @Test
    void anUploadBecomesAVectorWithTheFieldsOfItsEvent() {
        // given
        RecordHeaders headers = new RecordHeaders();
        headers.add("trace", bytes("abc"));
        MediaUploaded event =
                upload("cat-1").setUri("https://example.org/cat.jpg").build();

        // when
        send("other", inline("other"));
        uploaded.pipeInput(new TestRecord<>(bytes("cat-1"), UPLOADS.serialize("", event), headers, 4711L));

        // then
        assertThat(embedded.readRecord().key()).isEqualTo(bytes("other"));
        TestRecord<byte[], MediaEmbedded> record = embedded.readRecord();
        assertThat(record.key()).isEqualTo(bytes("cat-1"));
        assertThat(record.timestamp()).isEqualTo(4711);
        headers.add(UploadPosition.HEADER, bytes("media.uploaded-0 1 4711"));
        assertThat(record.headers()).isEqualTo(headers);
        assertThat(record.value())
                .isEqualTo(MediaEmbedded.newBuilder()
                        .setMediaId("cat-1")
                        .setVector(Embedding.normalize(VECTOR).toLittleEndian())
                        .setDimension(3)
                        .setModelId("three-axes")
                        .setModelFingerprint("ab".repeat(32))
                        .setImageWidth(640)
                        .setImageHeight(480)
                        .setUri("https://example.org/cat.jpg")
                        .setContentType("image/jpeg")
                        .setAttributes(Map.of("album", "summer"))
                        .setSourceTopic("media.uploaded")
                        .setSourcePartition(0)
                        .setSourceOffset(1)
                        .setUploadedAt(UPLOADED)
                        .setEmbeddedAt(NOW)
                        .build());
        assertThat(rejected.isEmpty()).isTrue();
    }

    @Test
    void eventsOfABackfillHaveTheSameOutputsAndLessUrgency() {
        // when
        TestInputTopic<byte[], byte[]> backfill = TopologyFixtures.input(driver, Topics.DEFAULT.backfill());
        backfill.pipeInput(bytes("old"), UPLOADS.serialize("", inline("old")));
        send("new", inline("new"));
        backfill.pipeInput(new TestRecord<>(bytes("new"), (byte[]) null));

        // then
        assertThat(urgencies).isEqualTo(Map.of("old", Urgency.BACKFILL, "new", Urgency.LIVE));
        List<TestRecord<byte[], MediaEmbedded>> records = embedded.readRecordsToList();
        assertThat(records)
                .extracting(TestRecord::key)
                .containsExactlyInAnyOrder(bytes("old"), bytes("new"), bytes("new"));
        assertThat(records.stream()
                        .filter(record -> record.value() != null)
                        .map(record -> record.value().getSourceTopic()))
                .containsExactlyInAnyOrder("media.backfill", "media.uploaded");
        assertThat(records.getLast().value()).isNull();
        assertThat(UploadPosition.of(records.getLast().headers()).orElseThrow().log())
                .isEqualTo("media.backfill-0");
    }

    @Test
    void aTombstoneCarriesThePositionOfItsDeletionAndNoOtherOne() {
        // given
        RecordHeaders headers = new RecordHeaders();
        headers.add(UploadPosition.HEADER, bytes("elsewhere 99 99"));

        // when
        uploaded.pipeInput(new TestRecord<>(bytes("cat-1"), null, headers, 4711L));

        // then
        TestRecord<byte[], MediaEmbedded> record = embedded.readRecord();
        assertThat(record.value()).isNull();
        assertThat(record.headers().headers(UploadPosition.HEADER))
                .singleElement()
                .satisfies(header -> assertThat(header.value()).isEqualTo(bytes("media.uploaded-0 0 4711")));
    }

    @Test
    void aBrokenImageIsRejectedWithItsEventButNotItsBytesAndTheStreamGoesOn() {
        // when
        send("broken", inline("broken"));
        send("cat-1", inline("cat-1"));

        // then
        TestRecord<byte[], MediaRejected> record = rejected.readRecord();
        assertThat(record.key()).isEqualTo(bytes("broken"));
        MediaRejected rejection = record.value();
        assertThat(rejection.getMediaId()).isEqualTo("broken");
        assertThat(rejection.getStage()).isEqualTo(Stage.DECODE);
        assertThat(rejection.getReasonCode()).isEqualTo("truncated");
        assertThat(rejection.getMessage()).isEqualTo("Expected an image, found half of one");
        assertThat(rejection.getRetryable()).isFalse();
        assertThat(rejection.getSourceTopic()).isEqualTo("media.uploaded");
        assertThat(rejection.getSourceOffset()).isZero();
        assertThat(rejection.getRejectedAt()).isEqualTo(NOW);
        assertThat(rejection.getEvent().getContentLength()).isEqualTo("image of broken".length());
        assertThat(rejection.getEvent().getAttributes()).isEqualTo(Map.of("album", "summer"));
        assertThat(embedded.readKeyValuesToList()).hasSize(1);
        assertThat(registry.get("clipstream.rejected")
                        .tag("reason", "truncated")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aDeletionBecomesATombstoneBehindTheUploadsBeforeIt() {
        // when
        send("cat-1", inline("cat-1"));
        uploaded.pipeInput(new TestRecord<>(bytes("cat-1"), (byte[]) null));
        send("cat-1", inline("cat-1"));

        // then
        List<TestRecord<byte[], MediaEmbedded>> records = embedded.readRecordsToList();
        assertThat(records).extracting(TestRecord::key).containsOnly(bytes("cat-1"));
        assertThat(records.stream().map(record -> record.value() == null).toList())
                .containsExactly(false, true, false);
    }

    @Test
    void aRecordThatIsNotAvroIsRejectedWithItsPosition() {
        // when
        send("cat-1", inline("cat-1"));
        uploaded.pipeInput(bytes("junk"), bytes("{\"mediaId\": \"junk\"}"));

        // then
        MediaRejected rejection = rejectedAs("not-avro");
        assertThat(rejection.getStage()).isEqualTo(Stage.READ);
        assertThat(rejection.getMediaId()).isEqualTo("junk");
        assertThat(rejection.getSourceOffset()).isEqualTo(1);
        assertThat(rejection.getEvent()).isNull();
    }

    @Test
    void anEventUnderAnotherKeyIsRejected() {
        // when
        send("dog", inline("cat"));

        // then
        MediaRejected rejection = rejectedAs("key-mismatch");
        assertThat(rejection.getMediaId()).isEqualTo("dog");
        assertThat(rejection.getMessage()).contains("'cat'").contains("'dog'");
    }

    @Test
    void anEmptyKeyIsNoKey() {
        // when
        send("", inline(""));

        // then
        rejectedAs("no-key");
    }

    @Test
    void aKeyThatIsNotUtf8IsRejectedWithoutAMediaId() {
        // when
        uploaded.pipeInput(new byte[] {(byte) 0xff, 0}, UPLOADS.serialize("", inline("cat")));

        // then
        assertThat(rejectedAs("key-mismatch").getMediaId()).isNull();
    }

    @Test
    void aRecordWithoutAKeyIsRejectedEvenIfItIsATombstone() {
        // when
        uploaded.pipeInput(null, UPLOADS.serialize("", inline("cat")));
        uploaded.pipeInput(new TestRecord<>((byte[]) null, (byte[]) null));

        // then
        assertThat(rejectedAs("no-key").getMediaId()).isNull();
        rejectedAs("no-key");
    }

    @Test
    void anEventMustHaveEitherUriOrContent() {
        // when
        send("none", upload("none").build());
        send(
                "both",
                upload("both")
                        .setUri("https://example.org/x")
                        .setContent(ByteBuffer.wrap(new byte[1]))
                        .build());

        // then
        assertThat(rejectedAs("no-content").getMessage()).contains("neither");
        assertThat(rejectedAs("no-content").getMessage()).contains("both");
    }

    @Test
    void anEventTooLargeForItsOutputIsRejectedWithoutItsFieldsAndTheStreamGoesOn() {
        // given
        Map<String, String> attributes = IntStream.range(0, 9)
                .boxed()
                .collect(Collectors.toMap(i -> "attribute " + i, i -> "x".repeat(120_000)));

        // when
        send(
                "large",
                upload("large")
                        .setUri("https://example.org/x")
                        .setAttributes(attributes)
                        .build());
        send("cat-1", inline("cat-1"));

        // then
        MediaRejected rejection = rejectedAs("event-too-large");
        assertThat(rejection.getMediaId()).isEqualTo("large");
        assertThat(rejection.getStage()).isEqualTo(Stage.READ);
        assertThat(rejection.getRetryable()).isFalse();
        assertThat(rejection.getEvent()).isNull();
        assertThat(rejection.getMessage()).contains("262144").contains("a key of 5 bytes and 1080");
        assertThat(embedded.readKeyValuesToList()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void uriContentTypeAndAttributesCountTogetherInUtf8(boolean fits) {
        // given: 3 bytes per character; model, topic and lengths take less than 200 bytes
        int bytes = RecordGate.MAX_CARRIED_BYTES - "m".length() - (fits ? 200 : 0);
        String third = "语".repeat(bytes / 3 / 3 + 1);

        // when
        send(
                "m",
                upload("m")
                        .setUri(third)
                        .setContentType(third)
                        .setAttributes(Map.of("a", third))
                        .build());

        // then
        assertThat(embedded.isEmpty()).isEqualTo(!fits);
        assertThat(rejected.isEmpty()).isEqualTo(fits);
    }

    @Test
    void uploadsWhoseTimeIsHardlyMeantAreCountedAndEmbedded() {
        // when: milliseconds in a field of microseconds, year 1, and two days ahead
        for (Instant time : List.of(
                Instant.EPOCH.plusSeconds(1_772_366),
                Instant.parse("0001-01-01T00:00:00Z"),
                CLOCK.instant().plusSeconds(2 * 86_400))) {
            send("m", MediaUploaded.newBuilder(inline("m")).setUploadedAt(time).build());
        }
        send("m", inline("m"));

        // then
        assertThat(embedded.readValuesToList()).hasSize(4);
        assertThat(registry.get("clipstream.uploads.implausible").counter().count())
                .isEqualTo(3);
    }

    @Test
    void aKeyThatIsTooLargeIsNotCopiedButQuotedInPart() {
        // when: an upload and a deletion
        String key = "k".repeat(RecordGate.MAX_KEY_BYTES + 1);
        send(key, inline(key));
        uploaded.pipeInput(new TestRecord<>(bytes(key), (byte[]) null));

        // then
        List<TestRecord<byte[], MediaRejected>> records = rejected.readRecordsToList();
        assertThat(records).hasSize(2).allSatisfy(record -> {
            assertThat(record.key())
                    .isEqualTo(bytes("media.uploaded-0@" + record.value().getSourceOffset()));
            assertThat(record.value().getReasonCode()).isEqualTo("event-too-large");
            assertThat(record.value().getMediaId()).isNull();
            assertThat(record.value().getMessage())
                    .contains("'" + "k".repeat(64) + "'")
                    .contains("65537 bytes");
        });
        assertThat(embedded.isEmpty()).isTrue();
    }

    @Test
    void headersThatAreTooLargeAreDroppedFromTheRejectionAndTheOthersKept() {
        // given
        RecordHeaders headers = new RecordHeaders();
        headers.add("large", new byte[RecordGate.MAX_CARRIED_BYTES]);
        headers.add("none", null);
        headers.add("trace", bytes("abc"));

        // when
        uploaded.pipeInput(new TestRecord<>(bytes("m"), UPLOADS.serialize("", inline("m")), headers));

        // then
        TestRecord<byte[], MediaRejected> record = rejected.readRecord();
        assertThat(record.key()).isEqualTo(bytes("m"));
        assertThat(record.value().getReasonCode()).isEqualTo("event-too-large");
        assertThat(record.headers()).extracting(Header::key).containsExactly("none", "trace");
    }

    @Test
    void aLongMessageIsCut() {
        // when: the cut falls into a surrogate pair
        send("m", inline("😀".repeat(100_000)));
        send("n", inline("x" + "😀".repeat(100_000)));

        // then
        for (int i = 0; i < 2; i++) {
            assertThat(rejectedAs("key-mismatch").getMessage())
                    .hasSizeBetween(4000, 4096)
                    .endsWith("😀…");
        }
    }

    @Test
    void aFailedEnvironmentStopsTheStream() {
        assertThatExceptionOfType(StreamsException.class)
                .isThrownBy(() -> send("device-lost", inline("device-lost")))
                .withRootCauseInstanceOf(IllegalStateException.class);
        assertThat(embedded.isEmpty()).isTrue();
        assertThat(rejected.isEmpty()).isTrue();
    }

    private MediaRejected rejectedAs(String code) {
        MediaRejected rejection = rejected.readValue();
        assertThat(rejection.getReasonCode()).isEqualTo(code);
        return rejection;
    }

    private void send(String key, @Nullable MediaUploaded event) {
        uploaded.pipeInput(bytes(key), UPLOADS.serialize("", event));
    }
}
