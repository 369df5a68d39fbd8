package dev.clipstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.event.RejectionReason;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitsTest {
    private static final Origin SERVER = new Origin("example.org", 80);
    private static final Origin OTHER = new Origin("example.org", 8080);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-12-01T10:00:00Z"), ZoneOffset.UTC);
    private static final Duration COOL_DOWN = Duration.ofSeconds(5);
    private static final Duration MAX_COOL_DOWN = Duration.ofMinutes(2);

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> heard = new ArrayList<>();

    @Test
    void aCircuitOpensAfterFailuresInARowOverSomeTime() throws FetchException {
        // given
        Circuits circuits = circuits(3, Duration.ofSeconds(2));

        // when: enough failures at the same moment
        fail(circuits, SERVER, 5);

        // then
        circuits.requireClosed(SERVER);

        // when
        pass(Duration.ofSeconds(2));
        fail(circuits, SERVER, 1);

        // then
        assertThatThrownBy(() -> circuits.begin(SERVER))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(RejectionReason.UNREACHABLE))
                .hasMessageContaining("example.org:80")
                .hasMessageContaining("failing since 2026-12-01T10:00:00Z (6 attempts in a row, the last: timeout, "
                        + "SocketTimeoutException)")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> circuits.requireClosed(SERVER)).isInstanceOf(FetchException.class);
        circuits.requireClosed(OTHER);
        assertThat(heard).containsExactly("opened example.org:80", "refused", "refused");
        assertThat(circuits.open()).isEqualTo(1);
    }

    @Test
    void anAnswerBetweenFailuresKeepsTheCircuitClosed() throws FetchException {
        // given: a server that answers one of four
        Circuits circuits = circuits(4, Duration.ZERO);

        // when
        for (int i = 0; i < 100; i++) {
            fail(circuits, SERVER, 3);
            circuits.begin(SERVER).answered();
        }

        // then
        circuits.requireClosed(SERVER);
        assertThat(circuits.origins()).isZero();
        assertThat(heard).isEmpty();
    }

    @Test
    void aRetryThatIsRefusedIsNotCounted() throws FetchException {
        // given an open circuit
        Circuits circuits = circuits(1, Duration.ZERO);
        circuits.beginAgain(SERVER).failed(failure());

        // then
        assertThatThrownBy(() -> circuits.beginAgain(SERVER)).isInstanceOf(FetchException.class);
        assertThat(heard).containsExactly("opened example.org:80");
        circuits.beginAgain(OTHER).answered();
    }

    @Test
    void failuresThatLieFarApartAreNotInARow() throws FetchException {
        // given one failure too few, all in one pause of the server
        Circuits circuits = circuits(10, Duration.ofSeconds(5));
        fail(circuits, SERVER, 9);

        // when one more follows after the longest cool-down
        pass(MAX_COOL_DOWN.plusMillis(1));
        fail(circuits, SERVER, 1);

        // then it is the first of a new run
        circuits.requireClosed(SERVER);
        pass(Duration.ofSeconds(5));
        fail(circuits, SERVER, 8);
        circuits.requireClosed(SERVER);
        fail(circuits, SERVER, 1);
        assertThatThrownBy(() -> circuits.requireClosed(SERVER))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("(10 attempts in a row");
    }

    @Test
    void anOpenCircuitThatNobodyAsksForIsForgotten() throws FetchException {
        // given two open circuits, one of which is asked for
        Circuits circuits = circuits(1, Duration.ZERO);
        fail(circuits, SERVER, 1);
        fail(circuits, OTHER, 1);
        for (int i = 0; i < Circuits.UNUSED_COOL_DOWNS; i++) {
            pass(MAX_COOL_DOWN);
            circuits.requireClosed(OTHER);
        }

        // then
        assertThat(circuits.open()).isEqualTo(2);
        pass(Duration.ofMillis(1));
        assertThat(circuits.open()).isEqualTo(1);
        assertThat(circuits.origins()).isEqualTo(1);
        pass(MAX_COOL_DOWN.multipliedBy(Circuits.UNUSED_COOL_DOWNS));
        assertThat(circuits.open()).isZero();
    }

    @Test
    void oneProbeAtATimeClosesOrOpensTheCircuitAgain() throws FetchException {
        // given an open circuit after its cool-down
        Circuits circuits = circuits(1, Duration.ZERO);
        fail(circuits, SERVER, 1);
        pass(COOL_DOWN);

        // when
        Circuits.Attempt given = circuits.begin(SERVER);

        // then
        assertThatThrownBy(() -> circuits.begin(SERVER)).isInstanceOf(FetchException.class);

        // when the probe is given up, another one is the probe, and fails
        given.abandoned();
        Circuits.Attempt failing = circuits.begin(SERVER);
        assertThatThrownBy(() -> circuits.begin(SERVER)).isInstanceOf(FetchException.class);
        failing.failed(failure());

        // then the cool-down has doubled
        pass(COOL_DOWN.multipliedBy(2).minusMillis(1));
        assertThatThrownBy(() -> circuits.begin(SERVER)).isInstanceOf(FetchException.class);
        pass(Duration.ofMillis(1));
        circuits.begin(SERVER).answered();
        circuits.begin(SERVER);
        circuits.begin(SERVER);
        assertThat(circuits.open()).isZero();
        assertThat(heard).startsWith("opened example.org:80").endsWith("closed example.org:80");
    }

    @Test
    void attemptsThatBeganBeforeTheCircuitOpenedDecideNothing() throws FetchException {
        // given
        Circuits circuits = circuits(1, Duration.ZERO);
        Circuits.Attempt slow = circuits.begin(SERVER);
        Circuits.Attempt slower = circuits.begin(SERVER);
        fail(circuits, SERVER, 1);
        pass(COOL_DOWN);
        Circuits.Attempt probe = circuits.begin(SERVER);

        // when
        slow.failed(failure());
        slower.abandoned();

        // then: the probe is still the probe
        assertThatThrownBy(() -> circuits.begin(SERVER)).isInstanceOf(FetchException.class);
        probe.answered();
        circuits.requireClosed(SERVER);
    }

    @Test
    void theServerMayAskForALongerPauseWithinTheLimit() throws FetchException {
        // given a server that asks for a minute, and one that asks for a year
        Circuits circuits = circuits(1, Duration.ZERO);
        circuits.begin(SERVER).failed(busy(Duration.ofMinutes(1)));
        circuits.begin(OTHER).failed(busy(Duration.ofDays(365)));

        // then
        pass(Duration.ofSeconds(59));
        assertThatThrownBy(() -> circuits.requireClosed(SERVER)).isInstanceOf(FetchException.class);
        pass(Duration.ofSeconds(1));
        circuits.requireClosed(SERVER);
        assertThatThrownBy(() -> circuits.requireClosed(OTHER)).isInstanceOf(FetchException.class);
        pass(Duration.ofMinutes(1));
        circuits.requireClosed(OTHER);
    }

    @Test
    void aMillionFailingServersTakeLittleMemory() throws FetchException {
        // given
        Circuits circuits = circuits(1, Duration.ZERO);

        // when
        for (int i = 0; i < 2 * Circuits.MAX_ORIGINS; i++) {
            circuits.begin(new Origin("host" + i, 80)).failed(failure());
            // this one is used all the time
            if (i > 0) {
                assertThatThrownBy(() -> circuits.begin(new Origin("host0", 80)))
                        .isInstanceOf(FetchException.class);
            }
        }

        // then
        assertThat(circuits.origins()).isEqualTo(Circuits.MAX_ORIGINS);
        assertThat(circuits.open()).isEqualTo(Circuits.MAX_ORIGINS);
        circuits.requireClosed(new Origin("host1", 80));
    }

    @Test
    void aSingleFailureOpensACircuitThatIsSetSo() throws FetchException {
        // given the system's clock
        Duration minute = Duration.ofMinutes(1);
        Circuits circuits = new Circuits(
                new CircuitSettings(1, Duration.ZERO, minute, minute),
                new Backoff(minute, minute, new Random(1)),
                CLOCK,
                System::nanoTime);

        // then
        fail(circuits, SERVER, 1);
        assertThat(circuits.open()).isEqualTo(1);
    }

    @Test
    void noFailuresMeansThatCircuitsNeverOpen() throws FetchException {
        Circuits circuits = new Circuits(CircuitSettings.OFF);
        fail(circuits, SERVER, 1_000);
        circuits.requireClosed(SERVER);
        assertThat(circuits.origins()).isZero();
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new CircuitSettings(-1, Duration.ZERO, COOL_DOWN, COOL_DOWN))
                .hasMessageContaining("fetch.circuit-failures");
        assertThatThrownBy(() -> new CircuitSettings(1, Duration.ofSeconds(-1), COOL_DOWN, COOL_DOWN))
                .hasMessageContaining("fetch.circuit-failing-for");
        assertThatThrownBy(() -> new CircuitSettings(1, Duration.ZERO, COOL_DOWN, Duration.ofSeconds(4)))
                .hasMessageContaining("fetch.circuit-max-cool-down");
    }

    private Circuits circuits(int failures, Duration failingFor) {
        CircuitSettings settings = new CircuitSettings(failures, failingFor, COOL_DOWN, MAX_COOL_DOWN);
        // jitter that always takes the longest pause
        Backoff longest = new Backoff(settings.coolDown(), settings.maxCoolDown(), new Random() {
            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        });
        Circuits circuits = new Circuits(settings, longest, CLOCK, nanos::get);
        circuits.listen(new CircuitListener() {
            @Override
            public void opened(Origin origin, FetchException refusal) {
                heard.add("opened " + origin);
            }

            @Override
            public void closed(Origin origin) {
                heard.add("closed " + origin);
            }

            @Override
            public void refused(Origin origin) {
                heard.add("refused");
            }
        });
        return circuits;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static void fail(Circuits circuits, Origin origin, int times) throws FetchException {
        for (int i = 0; i < times; i++) {
            circuits.begin(origin).failed(failure());
        }
    }

    private static FetchException busy(Duration retryAfter) {
        return new FetchException(RejectionReason.SERVER_ERROR, "busy", null, retryAfter);
    }

    private static FetchException failure() {
        return new FetchException(
                RejectionReason.TIMEOUT,
                "Expected a response from 'http://example.org/secret'",
                new SocketTimeoutException());
    }
}
