package dev.clipstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.Program;
import dev.clipstream.Program.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The contract of the commands: arguments, standard streams and exit codes.
class CommandsIT {
    private static final String CAR = "samples/car-on-yellow.webp";
    private static final String SEA = "samples/sailboat.jpg";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "embed",
                "tokenize",
                "preprocess",
                "tag",
                "model",
                "model list",
                "model suggest",
                "model show",
                "model check",
                "publish",
                "consume",
                "run",
                "demo",
                "search",
                "index",
                "index verify",
                "bench pipeline",
                "bench neighbours",
                "settings"
            })
    void everyCommandHasHelp(String command) {
        Result help = Program.run((command + " --help").strip().split(" ", -1));

        assertThat(help.exitCode()).as(help.toString()).isZero();
        assertThat(help.out()).anyMatch(line -> line.startsWith("Usage: clipstream"));
    }

    @ParameterizedTest
    @CsvSource({
        "embed --nonsense, Unknown option",
        "embed, expected at least one",
        "tag, --image",
        "preprocess --image x.jpg, --out",
        "embed --text a --decode medium, medium",
        "consume --bootstrap-servers localhost:1 everything, everything",
        "tokenize, expected at least one",
        "'tag --image x.jpg --labels ,', '--labels: expected a file'",
        "run --set embeding.batch=3, embedding.batch",
        "run --topologies foo, topologies takes one or more of embedding",
        "run --set embedding.batch=abc, embedding.batch takes a whole number",
        "run --set embedding.batch=-1, embedding.batch takes at least 0",
        "run --set log=loud, log takes json or text",
        "search --text a, index.url or index.path",
        "nonsense, nonsense"
    })
    void wrongArgumentsAreReportedInOneLineWithExitCodeTwo(String arguments, String said) {
        Result wrong = Program.run(arguments.split(" ", -1));

        assertThat(wrong.exitCode()).as(wrong.toString()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err()).hasSize(1).first().asString().contains(said).doesNotContain("java.", "dev.clipstream");
    }

    @Test
    void aTextCanStartWithAnAtSign() throws IOException {
        // given: the @ is followed by the name of a file, whose lines must not be read as arguments
        Path file = Files.writeString(folder.resolve("arguments.txt"), "--text\nother\n");

        // when
        Result result = Program.run("tokenize", "--text", "@" + file);

        // then
        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.json())
                .extracting(line -> line.path("text").asString())
                .containsExactly("@" + file);
    }

    @Test
    void anEmptyFileOfTextsIsAccepted() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.txt"), "");

        Result result = Program.run("tokenize", "--texts", empty.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out()).isEmpty();
    }

    @Test
    void aByteOrderMarkIsSkipped() throws IOException {
        Path marked = Files.writeString(folder.resolve("marked.txt"), "\uFEFFa dog\r\na cat\r\n");

        Result result = Program.run("tokenize", "--texts", marked.toString());

        assertThat(result.json())
                .extracting(line -> line.path("text").asString())
                .containsExactly("a dog", "a cat");
    }

    @Test
    void textsThatAreNotUtf8AreAFailedInput() throws IOException {
        Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'c', 'a', 'f', (byte) 0xE9});

        Result result = Program.run("tokenize", "--texts", latin.toString());

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.json().getFirst().path("error").asString()).contains("UTF-8");
    }

    @Test
    void aMissingFileOfTextsIsAFailedInput() {
        Result result =
                Program.run("embed", "--texts", folder.resolve("missing.txt").toString(), "--text", "a");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.json()).extracting(line -> line.has("error")).containsExactly(true, false);
    }

    @Test
    void preprocessDistinguishesABrokenInputFromAnUnwritableOutput() {
        // when
        Result input = Program.run(
                "preprocess",
                "--image",
                folder.toString(),
                "--out",
                folder.resolve("x.npy").toString());
        Result output = Program.run(
                "preprocess",
                "--image",
                CAR,
                "--out",
                folder.resolve("missing/x.npy").toString());

        // then
        assertThat(input.exitCode()).as(input.toString()).isEqualTo(1);
        assertThat(input.json().getFirst().path("input").asString()).isEqualTo(folder.toString());
        assertThat(input.json().getFirst().has("error")).isTrue();
        assertThat(output.exitCode()).as(output.toString()).isEqualTo(3);
        assertThat(output.out()).isEmpty();
        assertThat(output.err()).hasSize(1).first().asString().contains("missing/x.npy");
    }

    @Test
    void aFailingTextDoesNotAffectOtherTexts() throws IOException {
        // given: a name whose token id is outside the embedding table of the text encoder; names may be, since no usual
        // text has them
        Path bundle = copyOfTheBundle("");
        Path tokenizer = bundle.resolve("tokenizer.json");
        String vocabulary = Files.readString(tokenizer);
        String broken = vocabulary
                .replaceFirst("\"z</w>\":", "\"<z>\": 9999999, $0")
                .replaceFirst(
                        "\"added_tokens\":\\s*\\[",
                        "$0{\"id\": 9999999, \"content\": \"<z>\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false,"
                                + " \"normalized\": false, \"special\": false},");
        assertThat(broken).isNotEqualTo(vocabulary);
        Files.writeString(tokenizer, broken);

        // when
        Result result = Program.run(
                "embed", "--model", bundle.toString(), "--text", "a dog", "--text", "<z>", "--text", "a cat");

        // then
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.json())
                .extracting(line -> line.path("input").asString())
                .containsExactly("a dog", "<z>", "a cat");
        assertThat(result.json()).extracting(line -> line.has("error")).containsExactly(false, true, false);
    }

    @Test
    void aClosedPipeEndsTheCommandSilently() throws IOException, InterruptedException {
        // given: more output than the pipe buffer holds
        Path texts = Files.writeString(folder.resolve("many.txt"), "a dog in the snow\n".repeat(100_000));
        Process process = Program.command("tokenize", "--texts", texts.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        // when: like head -n 1
        try (BufferedReader reader = process.inputReader()) {
            assertThat(reader.readLine()).contains("a dog in the snow");
        }

        // then
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void embedKeepsTheInputOrderAndContinuesAfterABrokenInput() throws IOException {
        // given
        Path texts = Files.writeString(folder.resolve("texts.txt"), "first line\n\nthird line\n");
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");

        // when
        Result result = Program.run(
                "embed",
                "--text",
                "a",
                "--image",
                CAR,
                "--texts",
                texts.toString(),
                "--image",
                broken.toString(),
                "missing.png",
                "--image",
                SEA,
                "--text",
                "z");

        // then
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.json())
                .extracting(line -> line.path("input").asString())
                .containsExactly("a", CAR, "first line", "", "third line", broken.toString(), "missing.png", SEA, "z");
        assertThat(result.json())
                .extracting(line -> line.has("error"))
                .containsExactly(false, false, false, false, false, true, true, false, false);
        for (JsonNode line : result.json()) {
            if (!line.has("error")) {
                assertThat(line.propertyNames()).containsExactly("input", "kind", "model", "dim", "vector");
                assertThat(line.path("vector").size())
                        .isEqualTo(line.path("dim").asInt());
                double squares = line.path("vector")
                        .valueStream()
                        .mapToDouble(value -> value.asDouble() * value.asDouble())
                        .sum();
                assertThat(squares).isCloseTo(1, within(1e-5));
            }
        }
    }

    @Test
    void theBundledModelTagsADogInTwoLanguages() {
        // given
        String dog = "samples/dog-on-blue.jpg";

        // when
        Result everyday = Program.run("tag", "--image", dog);
        Result chinese = Program.run("tag", "--labels", "猫,狗,汽车,比萨饼", "--all", "--image", dog);

        // then
        assertThat(everyday.json().getFirst().path("tags").get(0).path("label").asString())
                .isEqualTo("dog");
        assertThat(chinese.json().getFirst().path("tags").get(0).path("label").asString())
                .isEqualTo("狗");
    }

    @Test
    void aTerminalGetsATableUnlessJsonIsWanted() throws IOException, InterruptedException {
        // given a pseudo-terminal
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script of util-linux");

        // when
        List<String> table = onTerminal("tag", CAR, "nosuch.png");
        List<String> json = onTerminal("tag", CAR, "--json");

        // then
        assertThat(table).anyMatch(line -> line.matches("image +probability +cosine +label"));
        assertThat(table).anyMatch(line -> line.matches(CAR + " +0\\.\\d{3} +0\\.\\d{3} +car"));
        assertThat(table).anyMatch(line -> line.matches("nosuch\\.png +error: expected a file.*"));
        assertThat(json).anyMatch(line -> line.startsWith("{\"input\":\"" + CAR + "\",\"tags\":[{\"label\":\"car\""));
    }

    /// Runs a command whose standard streams are a pseudo-terminal, and returns the lines that it shows.
    private List<String> onTerminal(String... arguments) throws IOException, InterruptedException {
        Path shown = folder.resolve("shown");
        String command = String.join(" ", Program.command(arguments).command());
        Process script = new ProcessBuilder("/usr/bin/script", "-qec", command, "/dev/null")
                .redirectOutput(shown.toFile())
                .start();
        script.getOutputStream().close();
        assertThat(script.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return Files.readString(shown)
                .lines()
                .map(line -> line.replaceAll(".*\u001B\\[K", ""))
                .toList();
    }

    @Test
    void tokenizePrintsIdsWithStartAndEndTokens() {
        Result result = Program.run("tokenize", "--text", "a dog", "--text", "");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.json())
                .extracting(line -> line.path("text").asString())
                .containsExactly("a dog", "");
        JsonNode empty = result.json().getLast().path("ids");
        assertThat(empty.size()).isEqualTo(2);
        JsonNode dog = result.json().getFirst().path("ids");
        assertThat(dog.get(0)).isEqualTo(empty.get(0));
        assertThat(dog.get(dog.size() - 1)).isEqualTo(empty.get(1));
    }

    @Test
    void preprocessWritesANumpyFile() throws IOException {
        Path file = folder.resolve("car.npy");

        Result result = Program.run("preprocess", "--image", CAR, "--decode", "exact", "--out", file.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        byte[] bytes = Files.readAllBytes(file);
        int headerLength = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
        String header = new String(bytes, 10, headerLength, StandardCharsets.US_ASCII);
        assertThat((10 + headerLength) % 64).isZero();
        assertThat(header)
                .contains("'descr': '<f4'", "'fortran_order': False", "'shape': (1, 3, ")
                .endsWith("\n");
        String[] shape = header.replaceAll(".*\\(1, 3, (\\d+), (\\d+),\\).*\\s*", "$1 $2")
                .split(" ", -1);
        assertThat(bytes.length - 10 - headerLength)
                .isEqualTo(4 * 3 * Integer.parseInt(shape[0]) * Integer.parseInt(shape[1]));
    }

    @Test
    void tagScoresTheGivenLabelsBestFirst() {
        Result result = Program.run("tag", "--labels", "cat, dog,car", "--all", "--image", CAR, SEA);

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.json())
                .extracting(line -> line.path("input").asString())
                .containsExactly(CAR, SEA);
        for (JsonNode line : result.json()) {
            List<JsonNode> tags = line.path("tags").valueStream().toList();
            assertThat(tags)
                    .extracting(tag -> tag.path("label").asString())
                    .containsExactlyInAnyOrder("cat", "dog", "car");
            assertThat(tags)
                    .allSatisfy(
                            tag -> assertThat(tag.propertyNames()).containsExactly("label", "probability", "cosine"));
            List<Double> probabilities =
                    tags.stream().map(tag -> tag.path("probability").asDouble()).toList();
            assertThat(probabilities).isSortedAccordingTo((a, b) -> Double.compare(b, a));
            assertThat(probabilities.stream().mapToDouble(Double::doubleValue).sum())
                    .isCloseTo(1, within(1e-9));
        }
    }

    @Test
    void aBundleWithoutWeightsIsRefused() throws IOException {
        // given
        Path bundle = copyOfTheBundle("vision_model.onnx");

        // when
        Result check = Program.run("model", "check", bundle.toString());
        Result embed = Program.run("embed", "--model", bundle.toString(), "--text", "a");

        // then
        assertThat(check.exitCode()).as(check.toString()).isEqualTo(1);
        assertThat(check.json().getFirst().path("error").asString()).contains("vision_model.onnx");
        assertThat(embed.exitCode()).as(embed.toString()).isEqualTo(3);
        assertThat(embed.err()).hasSize(1);
    }

    @Test
    void modelShowDescribesABundle() {
        Result show = Program.run("model", "show", "src/test/resources/models/random-tiny");

        assertThat(show.exitCode()).as(show.toString()).isZero();
        assertThat(String.join("\n", show.out())).contains("pixel_values", "fingerprint");
    }

    @Test
    void theDemoTagsEverySampleAndExits() {
        Result demo = Program.run("demo", "--once", "--port", "0");

        assertThat(demo.exitCode()).as(demo.toString()).isZero();
        assertThat(demo.out()).anyMatch(line -> line.startsWith("62 of 62 pictures tagged, 0 rejected"));
    }

    @Test
    void aMissingBrokerIsReportedInOneLine() {
        Result publish =
                Program.run("publish", "--bootstrap-servers", "127.0.0.1:1", "--set", "max.block.ms=2000", CAR);

        assertThat(publish.exitCode()).as(publish.toString()).isEqualTo(3);
        assertThat(publish.err()).hasSize(1).first().asString().startsWith("clipstream publish: ");
    }

    @Test
    void consumeWaitsForABrokerNoLongerThanItsTimeout() {
        Result consume = Program.run("consume", "--bootstrap-servers", "127.0.0.1:1", "tags", "--timeout", "2");

        assertThat(consume.exitCode()).as(consume.toString()).isEqualTo(3);
        assertThat(consume.err()).singleElement().asString().contains("127.0.0.1:1", "2000 ms");
    }

    @Test
    void unavailableSentinelsAreReportedInOneLine() {
        Result list = Program.run("index", "list", "--index", "redis-sentinel://127.0.0.1:1/primary");

        assertThat(list.exitCode()).as(list.toString()).isEqualTo(3);
        assertThat(list.err())
                .singleElement()
                .asString()
                .contains("redis-sentinel://127.0.0.1:1/primary", "Check that it runs");
    }

    @Test
    void aMisspelledSettingIsReportedWithItsPositionInTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), "clipstream:\n  embeding:\n    batch: 3\n");

        Result run = Program.run("run", "--config", file.toString());

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(2);
        assertThat(run.err().getLast())
                .contains("clipstream.embeding.batch", "did you mean embedding.batch?", "bad.yaml", "3:12");
    }

    private Path copyOfTheBundle(String without) throws IOException {
        Path source = Path.of("src/test/resources/models/random-tiny");
        Path bundle = folder.resolve("bundle");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.sorted().toList()) {
                if (!file.getFileName().toString().equals(without)) {
                    Files.copy(file, bundle.resolve(source.relativize(file).toString()));
                }
            }
        }
        return bundle;
    }
}
