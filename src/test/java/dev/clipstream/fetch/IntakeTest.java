package dev.clipstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.event.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTest {
    private static final int MOST = 1_000_000;

    private final FetchMemory memory = new FetchMemory(Intake.maxHeld(MOST), Intake.maxHeld(MOST));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_073, 999_999, MOST})
    void theWholeContentIsReadAndOnlyItsBytesRemainHeld(int length) throws Exception {
        // given
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);

        // when
        try (Intake intake = opened()) {
            byte[] read = intake.read(new ByteArrayInputStream(content), MOST, IntakeTest::tooLarge);

            // then
            assertThat(read).isEqualTo(content);
            assertThat(memory.held()).isEqualTo(length);
        }
        assertThat(memory.held()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"500, 500", "500, 0", "0, 500", "500, 200", "200000, 400000", "400000, 200000"})
    void anExpectedSizeMayBeWrong(int expected, int length) throws Exception {
        try (Intake intake = opened()) {
            byte[] read = intake.read(new ByteArrayInputStream(new byte[length]), expected, MOST, IntakeTest::tooLarge);

            assertThat(read).hasSize(length);
            assertThat(memory.held()).isEqualTo(length);
        }
    }

    @Test
    void anAnnouncedLengthTakesNoMemoryBeforeTheBytesArrive() throws Exception {
        // given: a server that announces many bytes and sends few
        InputStream slow = new InputStream() {
            private int sent;

            @Override
            public int read() {
                assertThat(memory.held()).isBetween(1L, 1L << 17);
                return sent++ < 70_000 ? 7 : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                int next = read();
                if (next < 0 || length == 0) {
                    return next;
                }
                into[from] = (byte) next;
                return 1;
            }
        };

        // then
        try (Intake intake = opened()) {
            assertThat(intake.read(slow, MOST, IntakeTest::tooLarge)).hasSize(70_000);
        }
    }

    @Test
    void oneByteMoreThanTheLimitIsRefused() throws Exception {
        try (Intake intake = opened()) {
            assertThatThrownBy(
                            () -> intake.read(new ByteArrayInputStream(new byte[MOST + 1]), MOST, IntakeTest::tooLarge))
                    .isInstanceOf(FetchException.class);
        }
        assertThat(memory.held()).isZero();
    }

    private Intake opened() throws InterruptedException {
        Intake intake = new Intake(memory, MemoryPart.WHOLE, MOST);
        intake.open();
        return intake;
    }

    private static FetchException tooLarge() {
        return new FetchException(RejectionReason.TOO_LARGE, "too large", null);
    }
}
