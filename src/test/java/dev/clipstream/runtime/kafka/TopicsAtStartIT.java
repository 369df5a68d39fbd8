package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The two topics of uploads at the start.
class TopicsAtStartIT {
    private static EmbeddedBroker broker;
    private static Admin admin;
    private static int ids;

    private final String id = "start" + ids++;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @Test
    void theTopicOfBackfillsIsCreatedWithThePartitionsOfLiveUploads() throws Exception {
        // given
        createTopic("uploaded", 3);

        // when
        List<String> warnings = ensure(Map.of("topics.create", "true"));

        // then
        assertThat(admin.describeTopics(List.of(id + ".backfill", id + ".embedded"))
                        .allTopicNames()
                        .get()
                        .values())
                .extracting(topic -> topic.name() + " " + topic.partitions().size())
                .containsExactlyInAnyOrder(id + ".backfill 3", id + ".embedded 4");
        assertThat(warnings).isEmpty();
    }

    @Test
    void anotherNumberOfPartitionsIsReportedAndTheStartGoesOn() throws Exception {
        // given
        createTopic("uploaded", 3);
        createTopic("backfill", 2);

        // when
        List<String> warnings = ensure(Map.of("topics.create", "true"));

        // then
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("The topic " + id + ".backfill: Expected the 3 partitions of " + id
                        + ".uploaded, found 2. The events of a medium are processed in order within each topic");
    }

    @Test
    void aMissingTopicOfBackfillsStopsTheStartUnlessItIsTurnedOff() throws Exception {
        // given
        for (String kind : List.of("uploaded", "embedded", "rejected")) {
            createTopic(kind, 1);
        }

        // when, then
        assertThatThrownBy(() -> ensure(Map.of()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("found no [" + id + ".backfill]. Create them")
                .hasMessageContaining("start with --set topics.backfill=");
        ensure(Map.of("topics.backfill", ""));
    }

    private void createTopic(String kind, int partitions) {
        broker.createTopics(List.of(new NewTopic(id + "." + kind, partitions, (short) 1)));
    }

    /// Returns the warnings about partitions.
    private List<String> ensure(Map<String, String> more) throws StartException {
        Map<String, String> properties = new HashMap<>(Map.of(
                "clipstream.bootstrap-servers", broker.bootstrapServers(), "clipstream.topologies", "embedding"));
        for (String kind : List.of("uploaded", "backfill", "embedded", "tagged", "rejected")) {
            properties.put("clipstream.topics." + kind, id + "." + kind);
        }
        more.forEach((setting, value) -> properties.put("clipstream." + setting, value));
        Logger log = (Logger) LoggerFactory.getLogger(TopicsAtStart.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            new TopicsAtStart(admin, Settings.of(properties)).ensure();
        } finally {
            log.detachAppender(lines);
        }
        return lines.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("partitions of"))
                .toList();
    }
}
