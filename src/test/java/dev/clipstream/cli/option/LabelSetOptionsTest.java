package dev.clipstream.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/// One option that names a label set and gives properties.
class LabelSetOptionsTest {
    @Command(name = "required")
    private static final class AlwaysClient {
        @Mixin
        private final LabelSetOptions.Required kafka = new LabelSetOptions.Required();
    }

    @Command(name = "optional")
    private static final class SometimesClient {
        @Mixin
        private final LabelSetOptions.IfNeeded kafka = new LabelSetOptions.IfNeeded();
    }

    @Test
    void aNameIsTheLabelSetAndAnEqualsSignMakesAProperty() throws IOException {
        // given
        AlwaysClient command = new AlwaysClient();

        // when
        parse(
                command,
                "--set",
                "client.id=a=b",
                "--set",
                "pets",
                "--set",
                "index.prefix=media:",
                "--set",
                "client.rack=");

        // then
        assertThat(command.kafka.labelSet()).contains("pets");
        assertThat(command.kafka.requireLabelSet()).isEqualTo("pets");
        assertThat(command.kafka.takeIndexSettings()).containsExactly(Map.entry("index.prefix", "media:"));
        assertThat(command.kafka.configuration(Map.of()))
                .containsEntry("client.id", "a=b")
                .containsEntry("client.rack", "")
                .containsEntry("bootstrap.servers", "localhost:1")
                .doesNotContainKeys("pets", "index.prefix");
    }

    @Test
    void propertiesAloneNameNoLabelSet() {
        // given
        AlwaysClient command = new AlwaysClient();

        // when
        parse(command, "--set", "client.id=a");

        // then
        assertThat(command.kafka.labelSet()).isEmpty();
        assertThatThrownBy(command.kafka::requireLabelSet)
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--set: expected the name of a label set, such as --set everyday, found none");
    }

    @Test
    void twoNamesAreRefusedBecauseOneMayBeAPropertyWithoutAValue() {
        // given
        AlwaysClient command = new AlwaysClient();

        // when
        parse(command, "--set", "pets", "--set", "security.protocol");

        // then
        assertThatThrownBy(command.kafka::labelSet)
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("found pets and security.protocol", "PROPERTY=VALUE");
    }

    @Test
    void aBlankNameIsRefused() {
        // given
        AlwaysClient command = new AlwaysClient();

        // when
        parse(command, "--set", " ");

        // then
        assertThatThrownBy(command.kafka::labelSet)
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("found a blank one");
    }

    @Test
    void aCommandThatNeedsBrokersOnlyForLabelSetsSaysWhenTheyAreMissing() {
        // given
        SometimesClient command = new SometimesClient();

        // when
        new CommandLine(command).parseArgs("--set", "pets", "--set", "client.id=a");

        // then
        assertThat(command.kafka.isGiven()).isFalse();
        assertThatThrownBy(() -> command.kafka.require("--set pets"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--set pets: expected --bootstrap-servers HOST:PORT as well, found none");
        assertThatThrownBy(command.kafka::requireNoProperties)
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("'client.id'");
    }

    private static void parse(AlwaysClient command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-servers", "localhost:1"));
        all.addAll(List.of(arguments));
        new CommandLine(command).parseArgs(all.toArray(String[]::new));
    }
}
