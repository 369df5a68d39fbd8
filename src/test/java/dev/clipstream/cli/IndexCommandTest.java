package dev.clipstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.LuceneIndexes;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.RedisServer;
import dev.clipstream.index.Version;
import dev.clipstream.runtime.IndexStores;
import dev.clipstream.runtime.SettingException;
import dev.clipstream.runtime.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of indexes from the command line, in a folder and in a real Redis.
class IndexCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private static final ModelIdentity NEXT = new ModelIdentity("next", "b".repeat(64), 3);

    @TempDir
    private Path folder;

    /// What a command left behind.
    private record Ran(int exitCode, String err) {}

    private static Ran index(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "index";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        PrintStream errBefore = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Clipstream.run(all);
            return new Ran(exitCode, err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(errBefore);
        }
    }

    @Test
    void aNewModelsIndexTakesThePlaceOfTheOldOneInAFolder() throws IOException, SettingException {
        // given
        Path indexes = folder.resolve("indexes");
        try (MediaIndexes store = LuceneIndexes.at(Files.createDirectories(indexes), CLOCK)) {
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
    void aNewModelsIndexTakesThePlaceOfTheOldOneInRedis() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            // given: an index whose model is no longer at hand
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
        assertThat(index("list", "--index", store)).isEqualTo(new Ran(0, ""));
        try (MediaIndexes indexes =
                IndexStores.openToRead(Settings.of(Map.of(setting, store)).index(), CLOCK)) {
            return indexes.list();
        }
    }

    /// @param media of the index of [#NEXT], which is there and live
    private static void replaces(String store, String setting, long media) throws SettingException {
        // when
        assertThat(index("create", "--index", store).exitCode()).isZero(); // a model may warn that there is no GPU

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
        assertThat(index("create", "--index", store).exitCode()).isZero(); // a model may warn that there is no GPU
        assertThat(list(store, setting)).isEqualTo(both);

        // when, then: what is live stays
        Ran refused = index("drop", "--index", store, IndexName.of(NEXT));
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("switch to another first").doesNotContain("\tat ");

        // when, then: what is not filled yet stays in the background
        Ran early = index("switch", "--index", store, name);
        assertThat(early.exitCode()).isEqualTo(1);
        assertThat(early.err()).contains(name, "still being filled", "0 media so far");

        // when
        try (MediaIndexes indexes =
                IndexStores.open(Settings.of(Map.of(setting, store)).index(), CLOCK)) {
            ModelIdentity model = both.stream()
                    .filter(index -> !index.live())
                    .map(IndexDescription::model)
                    .findFirst()
                    .orElseThrow();
            indexes.open(model).filled();
        }
        assertThat(index("switch", "--index", store, name)).isEqualTo(new Ran(0, ""));
        assertThat(index("drop", "--index", store, IndexName.of(NEXT))).isEqualTo(new Ran(0, ""));

        // then
        assertThat(list(store, setting))
                .extracting(IndexDescription::name, IndexDescription::live)
                .containsExactly(tuple(name, true));
        assertThat(index("switch", "--index", store, IndexName.of(NEXT)).err())
                .contains("An index named '" + IndexName.of(NEXT) + "' was expected", name);
    }

    @Test
    void aFolderThatIsNotThereIsToldApartFromAnEmptyOne() {
        for (List<String> command : List.of(List.of("list"), List.of("switch", "x"), List.of("drop", "x"))) {
            // when
            String missing = folder.resolve("missing").toString();
            Ran ran = command.size() == 1
                    ? index(command.getFirst(), "--index", missing)
                    : index(command.getFirst(), "--index", missing, command.getLast());

            // then
            assertThat(ran.exitCode()).as("%s %s", command, ran).isNotZero();
            assertThat(ran.err()).contains("was expected at", "missing", "found none", "index.path");
        }
        assertThat(folder).isEmptyDirectory();
        assertThat(index("list", "--index", folder.toString())).isEqualTo(new Ran(0, ""));
    }
}
