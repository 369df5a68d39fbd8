package dev.clipstream.runtime.kafka.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.StandingQuery;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.kafka.TopicConfigs;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KafkaStandingQueriesIT {
    private static EmbeddedBroker broker;
    private static LabelWriter labels;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(List.of(new NewTopic("labels", 1, (short) 1)));
        Map<String, Object> properties =
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        labels = new LabelWriter(properties, properties, "labels");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aStandingQueryIsAddedChangedAndRemoved() {
        // given
        KafkaStandingQueries queries = new KafkaStandingQueries(labels);

        // when
        LabelSet added = queries.put(query("vans", "a red van"), true);
        LabelSet again = queries.put(query("vans", "a red van"), false);
        LabelSet changed = queries.put(query("vans", "a blue van"), false);
        LabelSet changedAgain = queries.put(query("vans", "a green van"), false);

        // then: each change has a version of its own
        assertThat(List.of(added, again, changed, changedAgain))
                .extracting(LabelSet::version)
                .containsExactly("1", "1", "2", "3");
        assertThat(queries.all()).contains(changedAgain).doesNotContain(added, changed);
        assertThat(StandingQuery.of(changedAgain)).isEqualTo(query("vans", "a green van"));

        // when
        queries.remove("vans");

        // then
        assertThat(queries.all()).extracting(LabelSet::name).doesNotContain("vans");
        assertThatThrownBy(() -> queries.remove("vans"))
                .isInstanceOfSatisfying(
                        SearchException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_ALERT));
    }

    @Test
    void aNameThatIsTakenIsRefused() throws Exception {
        // given: a standing query and a label set
        KafkaStandingQueries queries = new KafkaStandingQueries(labels);
        queries.put(query("bikes", "a bike"), true);
        LabelSet pets = new LabelSet(
                "pets",
                "1",
                "en",
                LabelSet.Mode.MULTI,
                3,
                0.5,
                List.of(),
                List.of(),
                List.of(Label.of("cat", Map.of("en", "cat"))));
        labels.write(contents -> LabelChanges.apply(contents, pets, null, false));

        // when, then
        assertThatThrownBy(() -> queries.put(query("bikes", "a blue bike"), true))
                .isInstanceOfSatisfying(
                        SearchException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ALERT_EXISTS))
                .hasMessageContaining("'bikes' of a standing query");
        assertThatThrownBy(() -> queries.put(query("pets", "a cat"), false))
                .hasMessageContaining("'pets' of a label set");
        assertThatThrownBy(() -> queries.remove("pets")).hasMessageContaining("Name one of bikes");
        assertThat(labels.read().find("pets")).contains(pets);
    }

    @Test
    void aLargeSetIsWrittenIfTheTopicTakesItAndRefusedOtherwise() throws Exception {
        // given: a set of 2 MB; one topic with Kafka's limit, one with that of label sets
        broker.createTopics(List.of(new NewTopic("large", 1, (short) 1)
                .configs(Map.of("max.message.bytes", Integer.toString(TopicConfigs.LARGEST_LABEL_SET)))));
        Map<String, Object> properties =
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        LabelWriter large = new LabelWriter(properties, properties, "large");
        LabelSet pets = new LabelSet(
                "many",
                "1",
                "en",
                LabelSet.Mode.MULTI,
                3,
                0.5,
                List.of(),
                List.of(),
                List.of(Label.of("cat", Map.of("en", "c".repeat(2_000_000)))));

        // when
        large.write(contents -> LabelChanges.apply(contents, pets, null, false));

        // then
        assertThat(large.read().find("many")).contains(pets);
        assertThatThrownBy(() -> labels.write(contents -> LabelChanges.apply(contents, pets, null, false)))
                .isInstanceOfSatisfying(
                        RefusedChangeException.class,
                        e -> assertThat(e.reason()).isEqualTo(LabelChanges.Reason.TOO_LARGE))
                .hasMessageContaining("Keep fewer examples, or raise max.message.bytes of the topic");
        assertThat(labels.read().find("many")).isEmpty();

        // when, then: a standing query of that size is refused over HTTP with 413
        assertThatThrownBy(() -> new KafkaStandingQueries(labels).put(query("long", "v".repeat(2_000_000)), true))
                .isInstanceOfSatisfying(
                        SearchException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE));
    }

    private static StandingQuery query(String name, String text) {
        return new StandingQuery(name, "en", text, List.of(), null, 0.6, AlertFilter.ALL);
    }
}
