package dev.clipstream.cli.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import dev.clipstream.clip.hub.Catalogue;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// `model list` and `model suggest`.
class CatalogueCommandsTest {
    @Test
    void everyModelIsOneLineWithItsFacts() {
        Ran ran = Ran.of("model", "list");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.json()).hasSizeGreaterThan(60);
        JsonNode clip = ran.json().stream()
                .filter(line -> line.path("model").asString().equals("openai/clip-vit-base-patch32"))
                .findFirst()
                .orElseThrow();
        assertThat(clip.path("status").asString()).isEqualTo("pull");
        assertThat(clip.path("dimension").asInt()).isEqualTo(512);
        assertThat(clip.path("speed").asString()).isEqualTo("fast");
        assertThat(clip.at("/exports/0/repository").asString()).isEqualTo("Xenova/clip-vit-base-patch32");
        assertThat(clip.at("/exports/0/weights/fp32/megabytes").asInt()).isEqualTo(610);
        assertThat(clip.path("logitBias").isNull()).isTrue();
    }

    @Test
    void filtersSelectByLanguageAndLicence() {
        List<JsonNode> chinese =
                Ran.of("model", "list", "--language", "zh-CN", "--commercial").json();
        List<JsonNode> forbidden =
                Ran.of("model", "list", "--licence", "cc-by-nc").json();

        assertThat(chinese)
                .extracting(line -> line.path("model").asString())
                .contains("OFA-Sys/chinese-clip-vit-base-patch16", "google/siglip2-base-patch16-224")
                .doesNotContain("openai/clip-vit-base-patch32", "jinaai/jina-clip-v2");
        assertThat(forbidden)
                .extracting(line -> line.path("model").asString())
                .contains("jinaai/jina-clip-v2")
                .hasSizeBetween(5, 10);
    }

    @Test
    void aSuggestionGivesItsReasonAndTheCommand() {
        Ran ran = Ran.of("model", "suggest", "--language", "zh", "--device", "cpu");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        JsonNode best = ran.json().getFirst();
        assertThat(best.path("rank").asInt()).isEqualTo(1);
        assertThat(best.path("command").asString())
                .isEqualTo("./clipstream demo --model OFA-Sys/chinese-clip-vit-base-patch16");
        assertThat(best.path("reason").asString())
                .isEqualTo("Retrieval in zh 80.8 % (Flickr30K-CN, by OFA-Sys); costs 4.0 times as much as ViT-B/32;"
                        + " 755 MB; MIT.");
        assertThat(ran.json().get(1).path("reason").asString()).startsWith("4.0 times as fast as the first.");
    }

    @Test
    void aGpuIsToldOfExportsThatTakeOneImageAtATime() {
        JsonNode best = Ran.of("model", "suggest", "--language", "ja", "--device", "gpu")
                .json()
                .getFirst();

        assertThat(best.path("repository").asString()).startsWith("immich-app/");
        assertThat(best.path("reason").asString()).contains("one image at a time");
    }

    @Test
    void noSuggestionIsAFailureThatSaysWhatToDo() {
        Ran ran = Ran.of("model", "suggest", "--language", "zh", "--memory", "1");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("Expected a model for zh").contains("--speed very-slow");
    }

    @Test
    void aLanguageThatNoModelKnowsIsAnsweredWithThoseThatAreKnown() {
        Ran ran = Ran.of("model", "suggest", "--language", "tlh");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .contains("--language", "found 'tlh'", "en", "ja", "zh")
                .doesNotContain("--speed");
    }

    @Test
    void aSuggestionSaysIfItsLicenceIsRestricted() {
        List<JsonNode> all = Ran.of("model", "suggest", "--language", "ja", "--device", "gpu")
                .json();
        List<JsonNode> commercial = Ran.of("model", "suggest", "--language", "ja", "--device", "gpu", "--commercial")
                .json();
        List<JsonNode> english = Ran.of("model", "suggest", "--device", "gpu").json();

        assertThat(Stream.of(all, commercial, english).flatMap(List::stream))
                .allSatisfy(line -> assertThat(line.path("reason").asString().contains("commercial use"))
                        .isEqualTo(restricted(line)));
        assertThat(english).anyMatch(CatalogueCommandsTest::restricted);
    }

    private static boolean restricted(JsonNode line) {
        return !Catalogue.bundled()
                .find(line.path("model").asString().replaceFirst("#.*", ""))
                .orElseThrow()
                .commercial();
    }

    @Test
    void aWrongLanguageTagIsAWrongArgument() {
        Ran ran = Ran.of("model", "list", "--language", "not a tag");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--language: expected a BCP 47 language tag");
    }
}
