package dev.clipstream.index.redis.om;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.redis.QueryEngineServer;
import dev.clipstream.index.redis.RedisServer;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.search.SearchProtocol.SearchCommand;

/// The entity and the hashes that docs/redis.md describes.
class MediaDocumentsTest {

    private static AnnotationConfigApplicationContext application(
            String url, MediaIndexNames names, Class<?>... others) {
        URI uri = URI.create(url);
        AnnotationConfigApplicationContext application = new AnnotationConfigApplicationContext();
        application.registerBean("mediaIndexNames", MediaIndexNames.class, () -> names);
        application.registerBean(
                RedisStandaloneConfiguration.class,
                () -> new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
        application.registerBean(
                JedisClientConfiguration.class,
                () -> JedisClientConfiguration.builder()
                        .usePooling()
                        .poolConfig(new GenericObjectPoolConfig<>())
                        .build());
        application.register(MediaDocumentsConfiguration.class);
        Arrays.stream(others).forEach(application::register);
        application.refresh();
        return application;
    }

    private static void write(RedisClient redis, MediaIndexNames names) {
        redis.hset(
                names.getDocuments() + "m1",
                Map.of(
                        "uri", "https://example.org/1.jpg",
                        "width", "640",
                        "height", "480",
                        "uploaded", "1772366400000",
                        "attributes", "{\"album\":\"summer\"}",
                        "tags", "[{\"labelId\":\"cat\"}]",
                        "filter_tags", "cat,cat:1,cat:2",
                        "filter_attributes", "album=summer",
                        "media_id", "m1"));
    }

    @Test
    void aMediumIsReadByItsId() throws Exception {
        try (RedisServer server = RedisServer.start();
                RedisClient redis = RedisClient.create(server.url())) {
            // given
            MediaIndexNames names = new MediaIndexNames("media:", "tiny-2-0123456789ab");
            write(redis, names);
            try (AnnotationConfigApplicationContext application = application(server.url(), names)) {
                // when
                MediaDocuments documents = application.getBean(MediaDocuments.class);

                // then
                assertThat(documents.findById("m1"))
                        .contains(new MediaDocument(
                                "m1",
                                "https://example.org/1.jpg",
                                640,
                                480,
                                1_772_366_400_000L,
                                "{\"album\":\"summer\"}",
                                "[{\"labelId\":\"cat\"}]"));
                assertThat(documents.findById("m2")).isEmpty();
                assertThat(documents.existsById("m1")).isTrue();
            }
        }
    }

    @Test
    void aStoppedServerDoesNotPreventTheStart() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            // given
            server.kill();

            // when
            try (AnnotationConfigApplicationContext application =
                    application(server.url(), new MediaIndexNames("media:", "tiny-2-0123456789ab"))) {
                MediaDocuments documents = application.getBean(MediaDocuments.class);

                // then
                assertThatThrownBy(() -> documents.findById("m1")).isInstanceOf(DataAccessException.class);
            }
        }
    }

    @Test
    void theRepositoryCannotWrite() {
        assertThat(Arrays.stream(MediaDocuments.class.getMethods()).map(method -> method.getName()))
                .allMatch(name -> name.startsWith("find") || name.startsWith("exists"));
    }

    @Test
    void mediaAreFoundByTagAndAttribute() {
        String url = QueryEngineServer.url();
        MediaIndexNames names =
                new MediaIndexNames("clipstream-test:", UUID.randomUUID().toString());
        try (RedisClient redis = RedisClient.create(url);
                AnnotationConfigApplicationContext application = application(url, names)) {
            // given
            redis.executeCommand(new CommandArguments(SearchCommand.CREATE)
                    .addObjects(List.of(
                            names.getIndex(),
                            "ON",
                            "HASH",
                            "PREFIX",
                            1,
                            names.getDocuments(),
                            "SCHEMA",
                            "filter_tags",
                            "TAG",
                            "CASESENSITIVE",
                            "filter_attributes",
                            "TAG",
                            "CASESENSITIVE")));
            write(redis, names);
            FilteredMedia media = application.getBean(FilteredMedia.class);
            MediaFilter cats = MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of());

            try {
                // when, then
                assertThat(media.find(cats.withMinProbability(0.2), 0, 10))
                        .extracting(MediaDocument::media_id)
                        .containsExactly("m1");
                assertThat(media.find(cats.withMinProbability(0.3), 0, 10)).isEmpty();
                assertThat(media.find(MediaFilter.ALL.withAttributes(Map.of("album", "summer")), 0, 10))
                        .extracting(MediaDocument::uri)
                        .containsExactly("https://example.org/1.jpg");
            } finally {
                redis.ftDropIndexDD(names.getIndex());
            }
        }
    }

    /// An application may keep JSON documents of its own beside the media.
    @Test
    void anApplicationsJsonDocumentsAreStoredBesideTheMedia() {
        String url = QueryEngineServer.url();
        MediaIndexNames names =
                new MediaIndexNames("clipstream-test:", UUID.randomUUID().toString());
        try (RedisClient redis = RedisClient.create(url);
                AnnotationConfigApplicationContext application = application(url, names, Albums.class)) {
            // given
            write(redis, names);
            AlbumRepository albums = application.getBean(AlbumRepository.class);
            String id = UUID.randomUUID().toString();

            // when
            albums.save(new Album(id, "summer", List.of("m1")));

            // then
            assertThat(albums.findById(id)).contains(new Album(id, "summer", List.of("m1")));
            assertThat(redis.type(Album.class.getName() + ":" + id)).isEqualTo("ReJSON-RL");
            assertThat(application.getBean(MediaDocuments.class).findById("m1")).isPresent();
            albums.deleteById(id);
            redis.del(names.getDocuments() + "m1");
        }
    }
}
