package dev.clipstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuSharesTest {
    private static final long BURNT_NANOS = 50_000_000;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bench-sender; bench (producer and consumer)",
                "kafka-producer-network-thread | bench; bench (producer and consumer)",
                "decode-3; decode",
                "clip-batcher-cuda:0; batch and model",
                "clipstream-embedding-0b5c-StreamThread-1; stream: embedding",
                "clipstream-tagging-0b5c-StreamThread-2; stream: tagging",
                "kafka-producer-network-thread | clipstream-tagging-0b5c-StreamThread-1-producer;"
                        + " Kafka producers' network",
                "kafka-admin-client-thread | clipstream-embedding-0b5c-admin; Kafka clients, other",
                "kafka-coordinator-heartbeat-thread | clipstream-embedding; Kafka clients, other",
                "Reference Handler; other"
            })
    void aThreadBelongsToTheGroupOfItsName(String thread, String group) {
        assertThat(CpuShares.group(thread)).isEqualTo(group);
    }

    @Test
    void theTimeOfAThreadBelongsToItsGroup() throws Exception {
        // given a decoder that works and then stays
        CpuShares shares = new CpuShares(null);
        CountDownLatch worked = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        Thread decoder = Thread.ofPlatform().name("decode-77").start(() -> {
            burn();
            worked.countDown();
            awaitUninterrupted(seen);
        });
        worked.await();

        // when
        Map<String, Double> seconds = shares.seconds();
        seen.countDown();
        decoder.join();

        // then
        assertThat(seconds.get("decode")).isGreaterThanOrEqualTo(BURNT_NANOS / 1e9);
    }

    @Test
    void theMeasuringThreadIsTheConsumer() {
        CpuShares shares = new CpuShares(null);
        burn();

        assertThat(shares.seconds().get("bench (producer and consumer)")).isGreaterThanOrEqualTo(BURNT_NANOS / 1e9);
    }

    @Test
    void theTimeOfEndedThreadsIsNotLost() throws Exception {
        CpuShares shares = new CpuShares(null);
        Thread gone = Thread.ofPlatform().name("decode-78").start(() -> {
            for (int i = 0; i < 4; i++) {
                burn();
            }
        });
        gone.join();

        // the process's time is counted in ticks of 10 ms
        assertThat(shares.seconds().get(CpuShares.UNLISTED)).isGreaterThanOrEqualTo(3 * BURNT_NANOS / 1e9);
    }

    @Test
    void theBrokerProcessIsItsOwnGroup() throws Exception {
        // given
        try (BrokerProcess broker = BrokerProcess.start(1)) {
            CpuShares shares = new CpuShares(broker.handle());

            // when it has something to do
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                for (int i = 0; i < 300; i++) {
                    admin.describeCluster().nodes().get();
                }
            }

            // then
            assertThat(shares.seconds().get("broker")).isPositive();
            assertThat(shares.total()).isGreaterThanOrEqualTo(shares.seconds().get("broker"));
        }
    }

    private static void burn() {
        var threads = ManagementFactory.getThreadMXBean();
        long until = threads.getCurrentThreadCpuTime() + BURNT_NANOS;
        while (threads.getCurrentThreadCpuTime() < until) {
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
