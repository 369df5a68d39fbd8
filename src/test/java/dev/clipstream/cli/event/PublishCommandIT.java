package dev.clipstream.cli.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.clipstream.cli.Ran;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishCommandIT {
    private static EmbeddedBroker broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(Topics.DEFAULT.uploads().stream()
                .map(topic -> new NewTopic(topic, 1, (short) 1))
                .toList());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void aBackfillIsPublishedToItsOwnTopicWithItsOwnTime() {
        // when
        Ran published = Ran.of(
                "publish",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--backfill",
                "--uploaded-at",
                "2024-05-01T12:00:00Z",
                "samples/koala.webp");
        Ran consumed = Ran.of(
                "consume",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--json",
                "backfill",
                "--from-beginning",
                "--max",
                "1",
                "--timeout",
                "30");

        // then
        assertThat(published.exitCode()).as(published.toString()).isZero();
        assertThat(consumed.json())
                .extracting(
                        event -> event.path("offset").asInt(),
                        event -> event.path("timestamp").asString(),
                        event -> event.path("uploadedAt").asString())
                .containsExactly(tuple(0, "2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z"));
    }

    @Test
    void aDeletionIsNotPublishedAsABackfill() {
        // when
        Ran ran = Ran.of(
                "publish", "--bootstrap-servers", broker.bootstrapServers(), "--backfill", "--delete", "koala.webp");

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.err()).contains("expected --delete or --backfill, found both");
    }

    @ParameterizedTest
    @CsvSource({
        // larger than a request
        "34603009, max.request.size=34603008, 'expected a file of at most 34603008 bytes (max.request.size)'",
        // allowed by the settings, but larger than any array
        "2147483647, max.request.size=2147483647, 'expected enough heap, found only '"
    })
    void aFileThatDoesNotFitIsAFailedInputAndTheRestIsPublished(long bytes, String setting, String error)
            throws IOException {
        // given
        Path large = folder.resolve("large.jpg");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(bytes);
        }

        // when
        Ran ran = Ran.of(
                "publish",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--inline",
                "--set",
                setting,
                large.toString(),
                "samples/koala.webp");

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.json()).hasSize(2);
        assertThat(ran.json().getFirst().path("error").asString()).contains(error);
        assertThat(ran.json().getLast().path("mediaId").asString()).isEqualTo("samples/koala.webp");
        assertThat(ran.json().getLast().has("offset")).isTrue();
        assertThat(ran.err()).isEmpty();
    }
}
