package dev.clipstream.train.scene.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.train.scene.SceneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotationsTest {
    @TempDir
    Path folder;

    @Test
    void namesAndKeywordsAreRead() throws IOException {
        // given
        Path file = write("""
                <!DOCTYPE ldml SYSTEM "../../common/dtd/ldml.dtd">
                <ldml><annotations>
                <annotation cp="🐕">dog | pet</annotation>
                <annotation cp="🐕" type="tts" draft="contributed">dog</annotation>
                <annotation cp="&lt;">less | pet</annotation>
                <annotation cp="&lt;" type="tts">less-than &amp; more</annotation>
                </annotations></ldml>
                """);

        // when
        Annotations annotations = Annotations.read(file);

        // then
        assertThat(annotations.names()).containsExactly(entry("🐕", "dog"), entry("<", "less-than & more"));
        assertThat(annotations.keywords().get("🐕")).containsExactly("dog", "pet");
        assertThat(annotations.uses("pet")).isEqualTo(2);
        assertThat(annotations.uses("cat")).isZero();
    }

    private static Map.Entry<String, String> entry(String key, String value) {
        return Map.entry(key, value);
    }

    @Test
    void nothingOutsideTheFileIsRead() throws IOException {
        // given
        Path secret = Files.writeString(folder.resolve("secret.txt"), "swordfish");
        Path file = write("<!DOCTYPE ldml [<!ENTITY secret SYSTEM \"" + secret.toUri() + "\">]>\n"
                + "<ldml><annotation cp=\"x\" type=\"tts\">name &secret;</annotation></ldml>");

        // then
        assertNotIn("swordfish", file);
    }

    @Test
    void entitiesAreNotExpanded() throws IOException {
        Path file = write("<!DOCTYPE ldml [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>\n"
                + "<ldml><annotation cp=\"x\" type=\"tts\">name &c;</annotation></ldml>");

        assertNotIn("haha", file);
    }

    private static void assertNotIn(String text, Path file) {
        try {
            assertThat(Annotations.read(file).names().toString()).doesNotContain(text);
        } catch (SceneException refused) {
            assertThat(refused).hasMessageStartingWith(file.toString()).hasMessageNotContaining(text);
        }
    }

    @Test
    void invalidFilesAreRejectedWithARemedy() throws IOException {
        Path broken = write("<ldml><annotation");
        assertThatThrownBy(() -> Annotations.read(broken))
                .isInstanceOf(SceneException.class)
                .hasMessageStartingWith(broken.toString())
                .hasMessageContaining("Expected");

        Path empty = write("<ldml/>");
        assertThatThrownBy(() -> Annotations.read(empty))
                .isInstanceOf(SceneException.class)
                .hasMessageContaining("found none");

        Path missing = folder.resolve("zh.xml");
        assertThatThrownBy(() -> Annotations.read(missing))
                .isInstanceOf(SceneException.class)
                .hasMessageContaining("unicode-cldr-core")
                .hasMessageContaining("--annotations");
    }

    private Path write(String xml) throws IOException {
        return Files.writeString(folder.resolve("en.xml"), xml);
    }
}
