package dev.clipstream.clip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedPartsTest {
    private final OwnedParts owned = new OwnedParts();
    private final List<String> closed = new ArrayList<>();

    @Test
    void partsAreClosedInReverseOrderDespiteFailures() {
        // given
        own("first");
        owned.add(() -> {
            throw new IOException("a failure of the test");
        });
        own("last");

        // when
        owned.close();

        // then
        assertThat(closed).containsExactly("last", "first");
    }

    @Test
    void anInterruptedCloseSetsTheInterruptFlagAgain() {
        // given
        own("first");
        owned.add(() -> {
            throw new InterruptedException("an interrupt of the test");
        });

        // when
        owned.close();

        // then the flag is cleared for the tests that follow
        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).containsExactly("first");
    }

    private void own(String part) {
        AutoCloseable closeable = () -> closed.add(part);
        owned.add(closeable);
    }
}
