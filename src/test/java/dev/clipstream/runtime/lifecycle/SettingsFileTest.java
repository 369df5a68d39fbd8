package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"[%s]", "{a: %1$s, b: [%1$s]}", "{<<: %s}"})
    void aliasesThatExpandToMoreValuesThanSettingsHaveAreRefused(String layer) throws IOException {
        // given nine aliases in each of twelve layers
        StringBuilder yaml = new StringBuilder("l0: &l0 {a: b}\n");
        for (int i = 1; i <= 12; i++) {
            String aliases = ("*l" + (i - 1) + ", ").repeat(9);
            yaml.append("l" + i + ": &l" + i + " ")
                    .append(layer.replaceAll("%(1\\$)?s", "[" + aliases + "]"))
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("bomb.yaml"), yaml);

        // when, then
        assertThatThrownBy(() -> SettingsFile.require(file))
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll("bomb.yaml, line ", "Expected at most 10000 values");
    }

    @Test
    void settingsMayUseAliases() throws IOException {
        Path file = Files.writeString(folder.resolve("settings.yml"), """
                shared: &shared {enable.idempotence: true, linger.ms: 5}
                clipstream:
                  kafka: {<<: *shared}
                ---
                clipstream: {application-id: &id a, instance-id: *id}
                """);

        assertThatCode(() -> SettingsFile.require(file)).doesNotThrowAnyException();
    }

    @Test
    void aFileLargerThanSettingsIsRefusedUnread() throws IOException {
        Path file = Files.write(folder.resolve("large.properties"), new byte[(1 << 20) + 1]);

        assertThatThrownBy(() -> SettingsFile.require(file))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("Expected at most 1048576 bytes of settings, found 1048577");
    }
}
