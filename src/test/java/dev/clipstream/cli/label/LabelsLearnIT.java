package dev.clipstream.cli.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.event.Topics;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import dev.clipstream.index.lucene.LuceneIndexFactory;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.tag.ZeroShotTagger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Verdicts, from the command that gives them to a label set that has learned from them, on a real broker.
class LabelsLearnIT {
    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static ClipModel model;
    private static List<Embedding> foxes;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(List.of(
                new NewTopic(Topics.DEFAULT.feedback(), 2, (short) 1),
                new NewTopic(Topics.DEFAULT.labels(), 1, (short) 1)
                        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))));
        model = ModelOpening.open(Home.defaultModel(), ModelOptions.DEFAULT);
        Random random = new Random(1);
        float[] foxLook = direction(random);
        float[] catLook = direction(random);
        foxes = pictures(foxLook, 12, random);
        write("fox", foxes);
        write("cat", pictures(catLook, 12, random));
    }

    @AfterAll
    static void stop() {
        model.close();
        broker.close();
    }

    @Test
    void aClassThatItsTextGetsWrongIsRightAfterFiveVerdicts() throws Exception {
        // given: foxes that the text takes for cats
        Path file = Files.writeString(folder.resolve("pets.yaml"), """
                name: pets
                version: "1"
                labels:
                  - {id: cat, names: {en: cat}}
                  - {id: fox, names: {en: fox}}
                """);
        assertThat(clipstream("labels", "apply", file.toString()).exitCode()).isZero();
        assertThat(right(LabelSetFile.read(file))).isZero();

        // when
        for (int i = 0; i < 5; i++) {
            assertThat(say("fox-" + i, "fox", "--right").exitCode()).isZero();
        }
        say("fox-0", "cat", "--wrong");
        say("gone", "fox", "--right");
        Path output = folder.resolve("learned.yaml");
        Ran learned = learn("--output", output.toString(), "--apply");

        // then: the verdicts can be read, and the other foxes are right
        Ran consumed = clipstream("consume", "feedback", "--from-beginning", "--json", "--max", "7", "--timeout", "30");
        assertThat(consumed.json())
                .filteredOn(event -> event.path("mediaId").asString().equals("fox-0"))
                .extracting(event -> event.path("labelId").asString() + " "
                        + event.path("verdict").asString() + " "
                        + event.path("by").asString())
                .containsExactly("fox RIGHT ann", "cat WRONG ann");
        assertThat(learned.exitCode()).as(learned.toString()).isZero();
        JsonNode line = learned.json().getFirst();
        assertThat(line.path("version").asString()).isEqualTo("2");
        assertThat(line.path("missing").asInt()).isEqualTo(1);
        JsonNode fox = line.path("labels").get(1);
        assertThat(fox.path("positives").asInt()).isEqualTo(5);
        assertThat(fox.path("before").asDouble()).isZero();
        assertThat(fox.path("after").asDouble()).isEqualTo(1);
        LabelSet set = LabelSetFile.read(output);
        assertThat(set.labels().get(1).examples())
                .extracting(LabelExample::source)
                .containsExactly("fox-0", "fox-1", "fox-2", "fox-3", "fox-4", LabelExample.LIBRARY);
        assertThat(right(set)).isEqualTo(foxes.size());

        // when: the same verdicts again
        Ran again = learn("--apply");

        // then
        assertThat(again.json().getFirst().path("changed").asBoolean()).isFalse();
        assertThat(clipstream("labels", "list").out()).contains("\"pets\"", "\"2\"");
    }

    @Test
    void aFileMayNamePicturesAndMediaAsExamples() throws Exception {
        // given
        Files.copy(Home.samples().resolve("koala.webp"), folder.resolve("koala.webp"));
        Path file = Files.writeString(folder.resolve("named.yaml"), """
                name: named
                version: "1"
                labels:
                  - {id: koala, names: {en: koala}, examples: [{image: koala.webp}]}
                  - {id: fox, names: {en: fox}, examples: [{mediaId: fox-1}, {mediaId: cat-1, positive: false}]}
                """);
        String[] apply = {
            "labels", "apply", file.toString(), "--model", Home.defaultModel().toString()
        };

        // when
        Ran applied = clipstream(Stream.concat(
                        Arrays.stream(apply),
                        Stream.of("--index", folder.resolve("index").toString()))
                .toArray(String[]::new));
        Ran shown = clipstream("labels", "show", "named");
        Ran withoutIndex = clipstream(apply);

        // then
        assertThat(applied.exitCode()).as(applied.toString()).isZero();
        LabelSet set = LabelSetFile.read(Files.writeString(folder.resolve("shown.yaml"), shown.out()));
        assertThat(set.modelFingerprint()).isEqualTo(model.identity().fingerprint());
        assertThat(set.labels().get(1).examples())
                .extracting(LabelExample::source)
                .containsExactly("fox-1", "cat-1", LabelExample.LIBRARY);
        assertThat(set.labels().get(1).examples().getFirst().vector().cosine(foxes.get(1)))
                .isGreaterThan(0.99);
        assertThat(withoutIndex.exitCode()).isEqualTo(1);
        assertThat(withoutIndex.err()).contains("named.yaml, line 5", "'fox-1'", "add --index");
    }

    @Test
    void aLabelSetOfTheTopicIsCalibratedAndEvaluatedByName() throws Exception {
        // given: the six media nearest to the text of a cat show one, as far as the truth goes
        Path file = Files.writeString(folder.resolve("beasts.yaml"), """
                name: beasts
                version: "1"
                mode: multi
                templates: ["a photo of a {}."]
                labels:
                  - {id: cat, names: {en: cat}}
                  - {id: fox, names: {en: fox}}
                """);
        assertThat(clipstream("labels", "apply", file.toString()).exitCode()).isZero();
        Embedding text =
                model.textEncoder().encode(List.of("a photo of a cat.")).getFirst();
        List<Integer> nearest = IntStream.range(0, foxes.size())
                .boxed()
                .sorted(Comparator.comparingDouble(
                                (Integer fox) -> foxes.get(fox).cosine(text))
                        .reversed())
                .toList();
        StringBuilder truth = new StringBuilder("media,labels\n");
        for (int i = 0; i < nearest.size(); i++) {
            truth.append("fox-").append(nearest.get(i)).append(i < 6 ? ",cat\n" : ",\n");
        }
        String[] media = {
            "--truth", Files.writeString(folder.resolve("truth.csv"), truth).toString(),
            "--index", folder.resolve("index").toString()
        };

        // when
        Ran printed = clipstream(with(media, "labels", "calibrate", "--set", "beasts", "--precision", "0.6"));
        Ran applied =
                clipstream(with(media, "labels", "calibrate", "--set", "beasts", "--precision", "0.6", "--apply"));
        Ran shown = clipstream("labels", "show", "beasts");
        Ran evaluated = clipstream(with(media, "evaluate", "--label-set", "beasts"));

        // then: what is printed is what is applied, and the topic's version is measured
        assertThat(applied.exitCode()).as(applied.toString()).isZero();
        assertThat(applied.json().getFirst().path("calibrated").asInt()).isEqualTo(1);
        LabelSet set = LabelSetFile.read(Files.writeString(folder.resolve("beasts-2.yaml"), shown.out()));
        assertThat(set.version()).isEqualTo("2");
        assertThat(set.labels().getFirst().calibration()).isNotNull();
        assertThat(printed.out()).isEqualTo(shown.out());
        assertThat(evaluated.exitCode()).as(evaluated.toString()).isZero();
        assertThat(evaluated.json().getFirst().path("version").asString()).isEqualTo("2");
        assertThat(evaluated.json().getFirst().path("media").asInt()).isEqualTo(12);
    }

    private static String[] with(String[] last, String... first) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(last)).toArray(String[]::new);
    }

    private static int right(LabelSet set) {
        ZeroShotTagger tagger = ZeroShotTagger.create(set, model.textEncoder(), model.scoring(), model.identity());
        return (int) foxes.stream()
                .filter(fox -> tagger.scoreAll(fox).getFirst().labelId().equals("fox"))
                .count();
    }

    private static Ran say(String mediaId, String label, String verdict) {
        return clipstream("labels", "feedback", mediaId, label, verdict, "--set", "pets", "--by", "ann");
    }

    private static Ran learn(String... more) {
        String[] arguments = {
            "labels",
            "learn",
            "--set",
            "pets",
            "--index",
            folder.resolve("index").toString()
        };
        return clipstream(
                Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new));
    }

    private static Ran clipstream(String... arguments) {
        return Ran.of(
                Stream.concat(Arrays.stream(arguments), Stream.of("--bootstrap-servers", broker.bootstrapServers()))
                        .toArray(String[]::new));
    }

    private static float[] direction(Random random) {
        float[] values = new float[model.identity().dimension()];
        for (int d = 0; d < values.length; d++) {
            values[d] = (float) random.nextGaussian();
        }
        return Embedding.normalize(values).toArray();
    }

    /// Returns vectors that resemble the text of a cat, have a look in common, and something of their own.
    private static List<Embedding> pictures(float[] look, int count, Random random) {
        float[] text = model.textEncoder()
                .encode(List.of("a photo of a cat."))
                .getFirst()
                .toArray();
        List<Embedding> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] own = direction(random);
            float[] values = new float[own.length];
            for (int d = 0; d < values.length; d++) {
                values[d] = 0.6F * text[d] + look[d] + 0.3F * own[d];
            }
            pictures.add(Embedding.normalize(values));
        }
        return pictures;
    }

    private static void write(String kind, List<Embedding> pictures) throws Exception {
        List<MediaWrite> writes = new ArrayList<>();
        for (Embedding picture : pictures) {
            writes.add(new MediaWrite.PutVector(
                    kind + "-" + writes.size(),
                    new Version("media.embedded-0", writes.size(), Instant.EPOCH),
                    "upload",
                    picture,
                    new MediaDetails(null, null, 1, 1, Instant.EPOCH, Map.of())));
        }
        Path index = Files.createDirectories(folder.resolve("index"));
        try (MediaIndexes store =
                LuceneIndexFactory.at(index, Clock.systemUTC()).open()) {
            store.open(model.identity()).write(writes);
        }
    }
}
