package dev.clipstream.cli.stage;

import static dev.clipstream.fetch.LoopbackServer.content;
import static dev.clipstream.fetch.LoopbackServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.clipstream.cli.Ran;
import dev.clipstream.fetch.LoopbackServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `tag` with the bundled model.
class TagCommandTest {
    private static final String CAR = "samples/car-on-yellow.webp";

    @ParameterizedTest
    @CsvSource({
        "nosuch.txt, found no such file: 'nosuch.txt'",
        "./nosuch, found no such file: './nosuch'",
        "'cat,/labels/pets', found no such file: '/labels/pets'",
        "https://example.com/labels, found no such file",
        "samples, found the folder 'samples'",
        "nosuch/labels, found neither a file nor a second name: 'nosuch/labels'",
        "cat, found neither a file nor a second name: 'cat'",
        "'cat, cat,', found neither a file nor a second name"
    })
    void whatIsNoFileAndNoListOfNamesIsNoLabel(String labels, String said) {
        Ran ran = Ran.of("tag", "--labels", labels, "--image", CAR);

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).hasLineCount(1).contains("--labels: expected ", said);
    }

    @Test
    void boxesSayWhereTheTagsAre() {
        // when
        Ran ran = Ran.of("tag", "--boxes", "--json", "--labels", "cat,rabbit", "samples/cat-and-rabbit-on-orange.jpg");

        // then: the cat is above the rabbit
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        JsonNode tags = JsonMapper.builder().build().readTree(ran.out()).path("tags");
        assertThat(tags).hasSize(2);
        Map<String, Double> middles = new HashMap<>();
        tags.forEach(tag -> middles.put(tag.path("label").asString(), middle(tag.path("box"))));
        assertThat(middles.get("cat")).isLessThan(0.45);
        assertThat(middles.get("rabbit")).isGreaterThan(0.5);
    }

    private static double middle(JsonNode box) {
        return box.path("y").asDouble() + box.path("height").asDouble() / 2;
    }

    @Test
    void imagesAreFilesFoldersGlobsAndUrlsInTheOrderOfTheCommandLine(@TempDir Path folder) throws IOException {
        // given
        Files.copy(Path.of("samples/koala.webp"), folder.resolve("koala.webp"));
        Files.copy(Path.of("samples/tiger.jpg"), folder.resolve("tiger.jpg"));
        byte[] dog = Files.readAllBytes(Path.of("samples/dog-on-blue.jpg"));
        LoopbackServer.Answer answer = (request, count, out) -> {
            LoopbackServer.Answer one = request.startsWith("GET /dog.jpg ") ? content(dog) : status(404);
            one.to(request, count, out);
        };

        // when
        Ran ran;
        String site;
        try (LoopbackServer server = LoopbackServer.start(answer)) {
            site = server.uri("");
            ran = Ran.of(
                    "tag",
                    CAR,
                    "--image",
                    folder.toString(),
                    site + "/none",
                    "--labels",
                    "car,dog,koala,tiger",
                    site + "/dog.jpg",
                    "nosuch.png",
                    "http://169.254.169.254/a.png",
                    folder + "/k*.webp");
        }

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.json())
                .extracting(
                        line -> line.path("input").asString(),
                        line -> line.path("tags").path(0).path("label").asString(""),
                        line -> line.has("error"))
                .containsExactly(
                        tuple(CAR, "car", false),
                        tuple(folder + "/koala.webp", "koala", false),
                        tuple(folder + "/tiger.jpg", "tiger", false),
                        tuple(site + "/none", "", true),
                        tuple(site + "/dog.jpg", "dog", false),
                        tuple("nosuch.png", "", true),
                        tuple("http://169.254.169.254/a.png", "", true),
                        tuple(folder + "/koala.webp", "koala", false));
        assertThat(ran.json().get(5).path("error").asString())
                .isEqualTo("expected a file, folder, glob or URI, found no such file");
    }

    @Test
    void labelsThatTheModelCannotTellApartAreReported() {
        // given names that differ in case, and emoji that the model's vocabulary lacks
        Ran ran = Ran.of("tag", "--json", "--labels", "Cat,cat,🫎,🫏", "--image", CAR);

        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.errLines())
                .hasSize(2)
                .first()
                .asString()
                .isEqualTo(
                        "clipstream tag: --labels: Expected a vector for each label, found one that 'Cat', 'cat' share:"
                                + " the model cannot tell their prompts apart, so they split their probability. Remove or reword"
                                + " all but one.");
        assertThat(ran.err()).contains("'🫎', '🫏'");
    }

    @Test
    void aPromptThatIsCutIsReported() {
        String common = "a photo of a very ".repeat(30);

        Ran ran = Ran.of("tag", "--labels", common + "red car," + common + "blue dog", "--image", CAR);

        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.err()).contains("share", "which is cut: 'a photo of a");
    }

    @Test
    void labelsThatDifferAreNotReported() {
        assertThat(Ran.of("tag", "--json", "--labels", "cat,dog,car", "--image", CAR)
                        .err())
                .isEmpty();
        assertThat(Ran.of("tag", "--json", "--image", CAR).err()).isEmpty();
    }

    @Test
    void textsThatAreCutAreReported() {
        String text = "a photo of a very ".repeat(30);

        for (String command : new String[] {"embed", "tokenize"}) {
            Ran ran = Ran.of(command, "--text", "a car", "--text", text);

            assertThat(ran.exitCode()).as(ran.toString()).isZero();
            assertThat(ran.err()).hasLineCount(1).contains("clipstream " + command + ": expected a text of at most ");
        }
    }

    @Test
    void theBundledModelIsSaidToKnowNoPhotographsWhileDataStaysData() {
        // when
        Ran ran = Ran.of("tag", CAR);
        Ran json = Ran.of("tag", "--json", CAR);

        // then
        assertThat(ran.err())
                .hasLineCount(1)
                .contains("no photographs", "./clipstream tag --model openai/clip-vit-base-patch32");
        assertThat(ran.json()).hasSize(1);
        assertThat(json.err()).isEmpty();
    }
}
