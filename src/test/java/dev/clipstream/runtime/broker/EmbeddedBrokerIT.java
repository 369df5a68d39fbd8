package dev.clipstream.runtime.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final List<NewTopic> TOPICS = List.of(new NewTopic("pictures", 3, (short) 1));

    @Test
    void whatWasWrittenIsThereAfterARestartOnTheSameFolderAndPort(@TempDir Path folder) throws Exception {
        // given
        int port;
        try (EmbeddedBroker broker = EmbeddedBroker.at(folder)) {
            broker.createTopics(TOPICS);
            produce(broker, "before");
            port = broker.port();
        }

        // when
        try (EmbeddedBroker broker = EmbeddedBroker.at(folder, port)) {
            broker.createTopics(TOPICS);
            produce(broker, "after");

            // then
            assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
            assertThat(consume(broker, 2)).containsExactly("before", "after");
        }
    }

    @Test
    void aTemporaryBrokerLeavesNothingBehind() {
        // given
        Path folder;

        // when
        try (EmbeddedBroker broker = EmbeddedBroker.temporary()) {
            folder = broker.dataFolder();
            assertThat(folder).isDirectoryContaining(file -> file.endsWith("meta.properties"));
        }

        // then
        assertThat(folder).doesNotExist();
    }

    @Test
    void aTakenPortIsToldWithTheAddress(@TempDir Path folder) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatExceptionOfType(EmbeddedBrokerException.class)
                    .isThrownBy(() -> EmbeddedBroker.at(folder, taken.getLocalPort()))
                    .withMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .withCauseInstanceOf(BindException.class);
        }
    }

    private static void produce(EmbeddedBroker broker, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("pictures", 1, "key", value)).get();
        }
    }

    private static List<String> consume(EmbeddedBroker broker, int count) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("pictures", 1)));
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(100))) {
                    values.add(found.value());
                }
            }
            return values;
        }
    }
}
