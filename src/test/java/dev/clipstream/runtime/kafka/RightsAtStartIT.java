package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.broker.SecuredListener;
import dev.clipstream.runtime.kafka.group.GroupIdentity;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.topic.TopicFacts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rights that docs/kafka.md lists, against a broker with Kafka's own authorizer.
class RightsAtStartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CLOSE = Duration.ofSeconds(10);
    private static final Topics TOPICS = Topics.DEFAULT;

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static Admin superUser;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.secured(
                folder,
                new SecuredListener(
                        "SASL_PLAINTEXT",
                        Map.of(
                                "sasl.enabled.mechanisms",
                                "PLAIN",
                                "plain.sasl.jaas.config",
                                "org.apache.kafka.common.security.plain.PlainLoginModule required"
                                        + " user_alice=\"alice-secret\";"),
                        Map.of(
                                "authorizer.class.name",
                                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                                "super.users",
                                "User:ANONYMOUS")));
        broker.createTopics(Stream.of(
                        TOPICS.uploaded(),
                        TOPICS.backfill(),
                        TOPICS.embedded(),
                        TOPICS.tagged(),
                        TOPICS.labels(),
                        TOPICS.alerts(),
                        TOPICS.rejected())
                .map(name -> new NewTopic(name, 1, (short) 1))
                .toList());
        superUser = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        superUser.close();
        broker.close();
    }

    @BeforeEach
    void revokeAll() throws Exception {
        superUser.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }

    @Test
    void everyMissingRightIsNamedWithItsUserResourceAndOperation() throws Exception {
        // given
        grant(topic(TOPICS.uploaded(), AclOperation.DESCRIBE), topic(TOPICS.embedded(), AclOperation.READ));

        // when, then
        assertThatThrownBy(() -> check("embedding", "tagging"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("the user alice")
                .hasMessageContaining("READ on the topic " + TOPICS.uploaded())
                .hasMessageContaining("READ on the topic " + TOPICS.backfill())
                .hasMessageContaining("WRITE on the topic " + TOPICS.embedded())
                .hasMessageContaining("WRITE on the topic " + TOPICS.tagged())
                .hasMessageContaining("WRITE on the topic " + TOPICS.rejected())
                .hasMessageContaining("READ on the group clipstream-embedding")
                .hasMessageContaining("READ on the group clipstream-tagging")
                .hasMessageContaining("WRITE on the transactional ids with the prefix clipstream-embedding-")
                .hasMessageNotContaining("READ on the topic " + TOPICS.embedded())
                .hasMessageNotContaining("topics.create")
                .hasMessageNotContaining("alice-secret");
    }

    @Test
    void theRightsOnCreatedTopicsAreChecked() throws Exception {
        // given
        grant(embedding());
        grant(
                topic("created", AclOperation.CREATE),
                topic("created", AclOperation.DESCRIBE),
                topic("created", AclOperation.DESCRIBE_CONFIGS));
        Settings settings = settings(
                "embedding",
                "alice",
                "alice-secret",
                Map.of("clipstream.topics.create", "true", "clipstream.topics.embedded", "created"));

        // when, then
        assertThatThrownBy(() -> check(settings))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("WRITE on the topic created");
    }

    @Test
    void theRightsOfEachRoleSuffice() throws Exception {
        grant(embedding());
        assertThatCode(() -> check("embedding")).doesNotThrowAnyException();
        assertThatThrownBy(() -> check("tagging")).hasMessageContaining("WRITE on the topic " + TOPICS.tagged());

        revokeAll();
        grant(tagging());
        assertThatCode(() -> check("tagging")).doesNotThrowAnyException();
        assertThatThrownBy(() -> check("indexing"))
                .hasMessageContaining("READ on the groups with the prefix clipstream-indexing-");

        revokeAll();
        grant(indexing());
        assertThatCode(() -> check("indexing")).doesNotThrowAnyException();
        assertThatThrownBy(() -> check("embedding")).hasMessageContaining("READ on the topic " + TOPICS.uploaded());
    }

    @Test
    void aTopologyRunsWithTheRightsOfItsRoleAlone() throws Exception {
        // given
        grant(embedding());
        Settings settings = settings("embedding");
        RunningTopology running = runner(settings);

        // when
        running.start();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPICS.uploaded(), new byte[] {1}, new byte[] {2}))
                    .get();
        }

        // then
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (committed() == 0) {
            assertThat(running.failure()).isNotDone();
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(50);
        }
        running.close(CLOSE);
    }

    @Test
    void aRightThatIsRevokedWhileTheTopologyStartsIsNamed() throws Exception {
        // given
        grant(
                topic(TOPICS.uploaded(), AclOperation.READ),
                topic(TOPICS.backfill(), AclOperation.READ),
                group("clipstream-embedding", PatternType.LITERAL));

        // when
        RunningTopology running = runner(settings("embedding"));
        running.start();

        // then
        assertThat(running.failure().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("The topology embedding: Kafka: Expected rights of the user alice")
                .hasMessageContaining("WRITE on the transactional ids with the prefix clipstream-embedding-");
        running.close(CLOSE);
    }

    @Test
    void aWrongPasswordIsNamed() {
        Settings settings = settings("embedding", "alice", "wrong");

        assertThatThrownBy(() -> check(settings))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("kafka.sasl.jaas.config: Expected the credentials of the user alice");
    }

    @Test
    void aClientWithoutSaslIsToldTheMechanismsOfThePort() {
        assertThatThrownBy(() ->
                        BrokerProbe.check(Map.of("bootstrap.servers", broker.securedBootstrapServers()), "kafka."))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("SASL [PLAIN]")
                .hasMessageContaining("Set kafka.security.protocol=SASL_PLAINTEXT");
        assertThatCode(() -> BrokerProbe.check(Map.of("bootstrap.servers", broker.bootstrapServers()), "kafka."))
                .doesNotThrowAnyException();
    }

    private static long committed() throws Exception {
        return superUser
                .listConsumerGroupOffsets("clipstream-embedding")
                .partitionsToOffsetAndMetadata()
                .get()
                .size();
    }

    private static RunningTopology runner(Settings settings) throws Exception {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(
                        TOPICS.uploads(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("in"))
                .to(
                        TOPICS.embedded(),
                        Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("out"));
        return new TopologyRunners(
                        new KafkaProperties(settings),
                        TopicFacts.UNKNOWN,
                        Duration.ofMinutes(5),
                        new SimpleMeterRegistry(),
                        Clock.systemUTC())
                .runner(
                        TopologyName.EMBEDDING,
                        "",
                        builder.build(),
                        StageLimits.forBatch(16),
                        1,
                        GroupIdentity.of(TopologyName.EMBEDDING, "a".repeat(64), TOPICS));
    }

    private static void check(String... topologies) throws StartException {
        check(settings(topologies));
    }

    private static void check(Settings settings) throws StartException {
        Map<String, Object> properties = new KafkaProperties(settings).admin("test");
        try (Admin admin = Admin.create(properties)) {
            new TopicsAtStart(admin, settings).ensure();
        }
    }

    private static Settings settings(String... topologies) {
        return settings(String.join(",", topologies), "alice", "alice-secret");
    }

    private static Settings settings(String topologies, String user, String password) {
        return settings(topologies, user, password, Map.of());
    }

    private static Settings settings(String topologies, String user, String password, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "clipstream.topologies",
                topologies,
                "clipstream.bootstrap-servers",
                broker.securedBootstrapServers(),
                "clipstream.kafka.security.protocol",
                "SASL_PLAINTEXT",
                "clipstream.kafka.sasl.mechanism",
                "PLAIN",
                "clipstream.kafka.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                        + password + "\";"));
        properties.putAll(more);
        return Settings.of(properties);
    }

    private static AclBinding[] embedding() {
        return new AclBinding[] {
            topic(TOPICS.uploaded(), AclOperation.READ),
            topic(TOPICS.backfill(), AclOperation.READ),
            topic(TOPICS.embedded(), AclOperation.WRITE),
            topic(TOPICS.rejected(), AclOperation.WRITE),
            group("clipstream-embedding", PatternType.LITERAL),
            transactions("clipstream-embedding-")
        };
    }

    private static AclBinding[] tagging() {
        return new AclBinding[] {
            topic(TOPICS.embedded(), AclOperation.READ),
            topic(TOPICS.tagged(), AclOperation.WRITE),
            topic(TOPICS.alerts(), AclOperation.WRITE),
            topic(TOPICS.rejected(), AclOperation.WRITE),
            topic(TOPICS.labels(), AclOperation.READ),
            changelogs(AclOperation.READ),
            changelogs(AclOperation.WRITE),
            changelogs(AclOperation.CREATE),
            group("clipstream-tagging", PatternType.LITERAL),
            transactions("clipstream-tagging-")
        };
    }

    private static AclBinding[] indexing() {
        return new AclBinding[] {
            topic(TOPICS.embedded(), AclOperation.READ),
            topic(TOPICS.tagged(), AclOperation.READ),
            topic(TOPICS.labels(), AclOperation.READ),
            topic(TOPICS.rejected(), AclOperation.WRITE),
            group("clipstream-indexing-", PatternType.PREFIXED)
        };
    }

    private static AclBinding changelogs(AclOperation operation) {
        return allow(new ResourcePattern(ResourceType.TOPIC, "clipstream-tagging-", PatternType.PREFIXED), operation);
    }

    private static AclBinding topic(String name, AclOperation operation) {
        return allow(new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL), operation);
    }

    private static AclBinding group(String name, PatternType type) {
        return allow(new ResourcePattern(ResourceType.GROUP, name, type), AclOperation.READ);
    }

    private static AclBinding transactions(String prefix) {
        return allow(
                new ResourcePattern(ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED), AclOperation.WRITE);
    }

    private static AclBinding allow(ResourcePattern resource, AclOperation operation) {
        return new AclBinding(resource, new AccessControlEntry("User:alice", "*", operation, AclPermissionType.ALLOW));
    }

    private static void grant(AclBinding... acls) throws Exception {
        superUser.createAcls(List.of(acls)).all().get();
    }
}
