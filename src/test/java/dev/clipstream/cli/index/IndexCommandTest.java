package dev.clipstream.cli.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.clipstream.cli.Ran;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import dev.clipstream.index.lucene.LuceneIndexFactory;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.runtime.index.MediaIndexFactories;
import dev.clipstream.runtime.settings.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Creates, lists, switches and drops indexes with commands, in a folder and in a real Redis.
class IndexCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private static final ModelIdentity NEXT = new ModelIdentity("next", "b".repeat(64), 3);

    @TempDir
    private Path folder;

    private static Ran index(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "index";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Ran.of(all);
    }

    @Test
    void anIndexOfANewModelReplacesTheOldOneInAFolder() throws IOException, SettingException {
        // given
        Path indexes = folder.resolve("indexes");
        try (MediaIndexes store =
                LuceneIndexFactory.at(Files.createDirectories(indexes), CLOCK).open()) {
            store.open(NEXT)
                    .write(List.of(new MediaWrite.PutVector(
                            "m1",
                            new Version("media-0", 0, Instant.EPOCH),
                            "u0",
                            Embedding.normalize(new float[] {1, 0, 0}),
                            new MediaDetails(null, null, 1, 1, Instant.EPOCH, Map.of()))));
        }
        replaces(indexes.toString(), "clipstream.index.path", 1);
        assertThat(indexes.resolve(IndexName.of(NEXT))).doesNotExist();
    }

    @Test
    void anIndexOfANewModelReplacesTheOldOneInRedis() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            // given: an index whose model is no longer available
            redis.send("SADD", "media:indexes", IndexName.of(NEXT));
            redis.send("SET", "media:live", IndexName.of(NEXT));
            redis.send("SET", "media:" + IndexName.of(NEXT) + ":{0}:born", "x");
            redis.send(
                    "HSET",
                    "media:" + IndexName.of(NEXT) + ":meta",
                    "model_id",
                    NEXT.id(),
                    "model_fingerprint",
                    NEXT.fingerprint(),
                    "dimension",
                    "3",
                    "born",
                    "x",
                    "shards",
                    "1",
                    "quantization",
                    "Q8");
            replaces(redis.url(), "clipstream.index.url", 0);
            assertThat(redis.send("KEYS", "media:" + IndexName.of(NEXT) + "*")).isEqualTo("*0\r\n");
        }
    }

    private static List<IndexDescription> list(String store, String setting) throws SettingException {
        assertThat(index("list", "--index", store))
                .extracting(Ran::exitCode, Ran::err)
                .containsExactly(0, "");
        try (MediaIndexes indexes =
                MediaIndexFactories.of(Map.of(setting, store), CLOCK).openReadOnly()) {
            return indexes.list();
        }
    }

    /// @param media the number of media in the live index of [#NEXT]
    private static void replaces(String store, String setting, long media) throws SettingException {
        // when
        assertThat(index("create", "--index", store).exitCode()).isZero(); // the model may warn that there is no GPU

        // then
        List<IndexDescription> both = list(store, setting);
        assertThat(both)
                .extracting(IndexDescription::media, IndexDescription::live)
                .containsExactlyInAnyOrder(tuple(media, true), tuple(0L, false));
        String name = both.stream()
                .filter(index -> !index.live())
                .map(IndexDescription::name)
                .findFirst()
                .orElseThrow();
        assertThat(index("create", "--index", store).exitCode()).isZero(); // the model may warn that there is no GPU
        assertThat(list(store, setting)).isEqualTo(both);

        // when, then: the live index cannot be dropped
        Ran refused = index("drop", "--index", store, IndexName.of(NEXT));
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("Switch to another index first").doesNotContain("\tat ");

        // when, then: an index that is still being filled does not become live
        Ran early = index("switch", "--index", store, name);
        assertThat(early.exitCode()).isEqualTo(1);
        assertThat(early.err()).contains(name, "found 0 in", "still being filled", "--force");

        // when
        try (MediaIndexes indexes =
                MediaIndexFactories.of(Map.of(setting, store), CLOCK).open()) {
            ModelIdentity model = both.stream()
                    .filter(index -> !index.live())
                    .map(IndexDescription::model)
                    .findFirst()
                    .orElseThrow();
            indexes.open(model).markFilled();
        }
        if (media > 0) {
            assertThat(index("switch", "--index", store, name).err())
                    .contains("expected all " + media + " media of the live index, found 0 in " + name);
        } else {
            assertThat(index("switch", "--index", store, name))
                    .extracting(Ran::exitCode, Ran::err)
                    .containsExactly(0, "");
        }
        assertThat(index("switch", "--index", store, name, "--force"))
                .extracting(Ran::exitCode, Ran::err)
                .containsExactly(0, "");
        assertThat(index("drop", "--index", store, IndexName.of(NEXT)))
                .extracting(Ran::exitCode, Ran::err)
                .containsExactly(0, "");

        // then
        assertThat(list(store, setting))
                .extracting(IndexDescription::name, IndexDescription::live)
                .containsExactly(tuple(name, true));
        assertThat(index("switch", "--index", store, IndexName.of(NEXT)).err())
                .contains("Expected an index named '" + IndexName.of(NEXT) + "'", name);
    }

    @Test
    void aMissingFolderIsDistinguishedFromAnEmptyOne() {
        for (List<String> command : List.of(List.of("list"), List.of("switch", "x"), List.of("drop", "x"))) {
            // when
            String missing = folder.resolve("missing").toString();
            Ran ran = command.size() == 1
                    ? index(command.getFirst(), "--index", missing)
                    : index(command.getFirst(), "--index", missing, command.getLast());

            // then
            assertThat(ran.exitCode()).as("%s %s", command, ran).isNotZero();
            assertThat(ran.err())
                    .contains("Expected a folder with media indexes at", "missing", "found none", "index.path");
        }
        assertThat(folder).isEmptyDirectory();
        assertThat(index("list", "--index", folder.toString()))
                .extracting(Ran::exitCode, Ran::err)
                .containsExactly(0, "");
    }

    @Test
    void anIndexThatTheServiceWritesCanBecomeLiveButNotBeDropped() throws SettingException {
        // given: a service that fills two indexes
        ModelIdentity other = new ModelIdentity("other", "c".repeat(64), 3);
        String live = IndexName.of(NEXT);
        String second = IndexName.of(other);
        try (MediaIndexes service = LuceneIndexFactory.at(folder, CLOCK).open()) {
            service.open(NEXT).markFilled();
            service.open(other).markFilled();

            // when
            Ran dropLive = index("drop", "--index", folder.toString(), live);
            Ran dropOther = index("drop", "--index", folder.toString(), second);
            Ran switched = index("switch", "--index", folder.toString(), second);

            // then
            assertThat(dropLive.exitCode()).as(dropLive.toString()).isEqualTo(2);
            assertThat(dropLive.err()).hasLineCount(1).contains(live + " live. Switch to another index first");
            assertThat(dropOther.exitCode()).as(dropOther.toString()).isEqualTo(3);
            assertThat(dropOther.err())
                    .hasLineCount(1)
                    .contains(folder.resolve(second).toString(), "another process", "open for writing")
                    .doesNotContain("lucene", "@", "tried again");
            assertThat(switched).extracting(Ran::exitCode, Ran::err).containsExactly(0, "");
            assertThat(service.live().map(MediaIndex::model)).contains(other);
        }
        assertThat(index("drop", "--index", folder.toString(), live))
                .extracting(Ran::exitCode, Ran::err)
                .containsExactly(0, "");
    }

    @Test
    void creatingAnIndexThatTheServiceHasOpenFails() {
        // given: the index of the model exists and is open
        assertThat(index("create", "--index", folder.toString()).exitCode()).isZero();
        try (MediaIndexes service = LuceneIndexFactory.at(folder, CLOCK).open()) {
            assertThat(service.list()).hasSize(1);

            // when
            Ran created = index("create", "--index", folder.toString());

            // then
            assertThat(created.exitCode()).isEqualTo(3);
            assertThat(created.err()).contains("another process").doesNotContain("lucene", "MMapDirectory");
        }
    }

    @ParameterizedTest
    @Timeout(60)
    @ValueSource(
            strings = {
                "index list --index redis://127.0.0.1:1",
                "index list --index redis-cluster://127.0.0.1:1",
                "search --index redis://127.0.0.1:1 --like a",
                "bench index --index redis://127.0.0.1:1 --media 100"
            })
    void anUnavailableIndexIsReportedInOneLine(String command) {
        Ran unavailable = Ran.of(command.split(" ", -1));

        assertThat(unavailable.exitCode()).as(unavailable.toString()).isEqualTo(3);
        assertThat(unavailable.err())
                .hasLineCount(1)
                .contains("Expected a Redis that reads and writes at redis", "127.0.0.1:1", "Check that it runs")
                .doesNotContain("..", "tried again", "redis.clients", "java.");
    }

    @Test
    void indexSettingsAreAcceptedByTheirFullNames() {
        // given
        try (MediaIndexes store = LuceneIndexFactory.at(folder, CLOCK).open()) {
            store.open(NEXT).markFilled();
        }
        String set = "index.path=" + folder;

        // when
        Ran list = index("list", "--set", set);
        Ran switched = index("switch", "--set", "clipstream." + set, IndexName.of(NEXT));
        Ran verified = index("verify", "--set", set, "--set", "max.block.ms=500", "--bootstrap-servers", "127.0.0.1:1");
        Ran search = Ran.of("search", "--set", set, "--like", "nobody");
        Ran others = index("list", "--set", set, "--set", "embedding.batch=3");

        // then
        assertThat(list).extracting(Ran::exitCode, Ran::err).containsExactly(0, "");
        assertThat(switched).extracting(Ran::exitCode, Ran::err).containsExactly(0, "");
        assertThat(verified.exitCode()).isEqualTo(3);
        assertThat(verified.err())
                .hasLineCount(1)
                .contains("Expected a broker at 127.0.0.1:1, found none that responds within 500 ms");
        assertThat(search.exitCode()).isEqualTo(1);
        assertThat(search.err()).contains("expected a medium 'nobody'");
        assertThat(others.exitCode()).isEqualTo(2);
        assertThat(others.err()).hasLineCount(1).contains("'--set'", "below index.", "'embedding.batch'");
    }
}
