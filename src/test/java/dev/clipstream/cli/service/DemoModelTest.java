package dev.clipstream.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import org.junit.jupiter.api.Test;

/// The model of the demo is looked for before a broker starts.
class DemoModelTest {
    @Test
    void aModelThatIsMissingEndsTheDemoBeforeABrokerStarts() {
        Ran ran = Ran.of("demo", "--once", "--model", "no-such-clip", "--port", "0");

        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.err())
                .contains("a model's folder at no-such-clip", "ORG/NAME", "clipstream model list")
                .doesNotContain("starting a Kafka broker");
    }
}
