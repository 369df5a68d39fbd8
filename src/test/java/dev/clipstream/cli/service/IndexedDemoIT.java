package dev.clipstream.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.Program;
import dev.clipstream.Program.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Searches the index of the demo with the commands that the demo prints.
class IndexedDemoIT {
    private static Program demo;
    private static String broker;
    private static String index;

    @BeforeAll
    static void startTheDemo() {
        demo = Program.start("demo", "--port", "0");
        broker = named("publish --bootstrap-servers (\\S+)");
        index = named("search --index (\\S+)");
        demo.awaitTalk(talk -> talk.contains("Ctrl-C"));
    }

    private static String named(String pattern) {
        String line = demo.awaitTalk(Pattern.compile(pattern).asPredicate());
        Matcher found = Pattern.compile(pattern).matcher(line);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @AfterAll
    static void theDemoRemovesItsIndex() {
        demo.terminate();
        demo.awaitEnd();
        demo.close();
        assertThat(Path.of(index)).doesNotExist();
    }

    private static Result search(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "search";
        arguments[1] = "--index";
        arguments[2] = index;
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Program.run(arguments);
    }

    @Test
    void everySampleIsIndexedAndTagged() {
        Result verified = Program.run("index", "verify", "--index", index, "--bootstrap-servers", broker);

        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        JsonNode report = verified.json().getFirst();
        assertThat(report.path("complete").asBoolean()).isTrue();
        assertThat(report.path("inTopics").asInt()).isEqualTo(62);
        assertThat(report.path("onlyInIndex").asInt()).isZero();
        assertThat(Program.run("index", "list", "--index", index).json())
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.path("live").asBoolean()).isTrue();
                    assertThat(line.path("media").asInt()).isEqualTo(62);
                });
    }

    @Test
    void anImageFindsItselfAndATextHasResults() {
        Result byPicture = search("--image", "samples/pizza.webp", "--k", "3", "--json");
        Result byText = search("--text", "a pizza", "--k", "3");

        assertThat(byPicture.json().getFirst().path("mediaId").asString()).isEqualTo("pizza.webp");
        assertThat(byPicture.json().getFirst().path("cosine").asDouble()).isGreaterThan(0.999);
        assertThat(byText.exitCode()).as(byText.toString()).isZero();
        assertThat(byText.out()).hasSize(4).first().asString().contains("cosine", "media id", "tags");
        assertThat(byText.err()).isEmpty();
    }

    @Test
    void aSearchByAMediumExcludesTheMedium() {
        Result like = search("--like", "pizza.webp", "--json");

        assertThat(like.json())
                .hasSize(10)
                .noneMatch(line -> line.path("mediaId").asString().equals("pizza.webp"));
    }

    @Test
    void theIndexOfARunningDemoCannotBeReplacedOrDropped() {
        // given
        String name = Program.run("index", "list", "--set", "index.path=" + index)
                .json()
                .getFirst()
                .path("name")
                .asString();

        // when
        Result created = Program.run("index", "create", "--index", index);
        Result dropped = Program.run("index", "drop", "--index", index, name);

        // then
        assertThat(created.exitCode()).as(created.toString()).isEqualTo(3);
        assertThat(created.err().getLast())
                .contains("another process (usually the service) has it open for writing")
                .doesNotContain("lucene");
        assertThat(dropped.exitCode()).as(dropped.toString()).isEqualTo(2);
        assertThat(dropped.err()).singleElement().asString().contains(name + " live. Switch to another index first");
    }

    @Test
    void anUnknownMediumIsAFailedInput() {
        Result nobody = search("--like", "nobody");

        assertThat(nobody.exitCode()).as(nobody.toString()).isEqualTo(1);
        assertThat(nobody.err()).singleElement().asString().contains("'nobody'");
        assertThat(Files.isDirectory(Path.of(index))).isTrue();
    }
}
