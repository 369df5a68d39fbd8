package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.fetch.Origin;
import dev.clipstream.fetch.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FetchPermitsTest {
    private final List<String> started = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    @Test
    void aSlowHostCannotHoldAllPermits() {
        // given: more fetches from one host than permits, none of which ends
        FetchPermits permits = new FetchPermits(6, 3);
        List<FetchPermits.Request> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slow.add(request(permits, "slow", Urgency.LIVE, "slow " + i));
        }
        assertThat(started).containsExactly("slow 0", "slow 1", "slow 2");

        // then: another host gets a permit, again and again
        for (int i = 0; i < 5; i++) {
            request(permits, "quick", Urgency.LIVE, "quick " + i).close();
            assertThat(started).endsWith("quick " + i);
        }
        assertThat(started).hasSize(8);
        assertThat(permits.waiting()).isEqualTo(17);

        // when: the slow ones are given up, those that wait first
        slow.reversed().forEach(FetchPermits.Request::close);

        // then: all permits are free again, and no host is kept
        assertThat(started).hasSize(8);
        assertThat(permits.hosts()).isZero();
        started.clear();
        for (int i = 0; i < 3; i++) {
            request(permits, "slow", Urgency.LIVE, "slow");
        }
        request(permits, "quick", Urgency.LIVE, "quick");
        assertThat(started).hasSize(4);
    }

    @Test
    void aHostGetsOnePermitMoreWithEachAnswerUpToItsMaximum() {
        // given
        FetchPermits permits = new FetchPermits(128, 12);
        List<FetchPermits.Request> requests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            requests.add(request(permits, "a", Urgency.LIVE, "a"));
        }
        int running = FetchPermits.FIRST_LIMIT;
        assertThat(started).hasSize(running);

        for (int answers = 1; answers <= 10; answers++) {
            // when
            FetchPermits.Request first = requests.removeFirst();
            first.report(ServerState.ANSWERED);
            first.close();

            // then
            running = Math.min(running + 1, 12);
            assertThat(started).hasSize(answers + running);
        }
    }

    @Test
    void aHostHasHalfItsPermitsAfterAFailureButNeverLessThanAtFirst() {
        // given
        FetchPermits permits = new FetchPermits(128, 32);
        answer(permits, "a", 100);
        assertThat(running(permits, "a")).isEqualTo(32);

        // then
        report(permits, "a", ServerState.UNKNOWN);
        assertThat(running(permits, "a")).isEqualTo(32);
        report(permits, "a", ServerState.FAILED);
        assertThat(running(permits, "a")).isEqualTo(16);
        report(permits, "a", ServerState.ANSWERED);
        assertThat(running(permits, "a")).isEqualTo(17);
        for (int i = 0; i < 10; i++) {
            report(permits, "a", ServerState.FAILED);
        }
        assertThat(running(permits, "a")).isEqualTo(FetchPermits.FIRST_LIMIT);
    }

    @Test
    void aWithdrawnFetchSaysNothingAboutItsHost() {
        // given
        FetchPermits permits = new FetchPermits(128, 32);
        FetchPermits.Request withdrawn = request(permits, "a", Urgency.LIVE, "withdrawn");

        // when
        withdrawn.close();
        withdrawn.report(ServerState.ANSWERED);

        // then
        assertThat(running(permits, "a")).isEqualTo(FetchPermits.FIRST_LIMIT);
    }

    @Test
    void silentHostsLeaveAQuarterOfThePermitsToHostsThatAnswer() {
        // given: more fetches from hosts that never answer than permits
        FetchPermits permits = new FetchPermits(16, 16);
        answer(permits, "sound", 1);
        List<FetchPermits.Request> silent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            silent.add(request(permits, "silent " + i % 20, Urgency.LIVE, "silent"));
        }
        assertThat(started).hasSize(12);

        // then: a host that answered gets the others, and hosts that never did none
        started.clear();
        for (int i = 0; i < 5; i++) {
            request(permits, "sound", Urgency.LIVE, "sound");
        }
        assertThat(started).containsExactly("sound", "sound", "sound", "sound");

        // when
        silent.forEach(FetchPermits.Request::close);

        // then
        assertThat(started).hasSize(4 + 28 + 1);
    }

    @Test
    void hostsThatAnswerAndOthersTakeTurns() {
        // given: one permit, for which a host that answered and two others wait
        FetchPermits permits = new FetchPermits(1, 1);
        answer(permits, "sound", 1);
        List<FetchPermits.Request> requests = new ArrayList<>();
        requests.add(request(permits, "sound", Urgency.LIVE, "sound 1"));
        for (String name : List.of("sound 2", "sound 3", "new 1", "other 1", "new 2")) {
            requests.add(request(permits, name.split(" ", 2)[0], Urgency.LIVE, name));
        }

        // when
        for (int i = 0; i < 6; i++) {
            String last = started.getLast();
            requests.get(List.of("sound 1", "sound 2", "sound 3", "new 1", "other 1", "new 2")
                            .indexOf(last))
                    .close();
        }

        // then
        assertThat(started).containsExactly("sound 1", "new 1", "sound 2", "other 1", "sound 3", "new 2");
    }

    @Test
    void theLimitsOfHostsThatAnswerAreRememberedUpToANumber() {
        // given
        FetchPermits permits = new FetchPermits(128, 32);
        answer(permits, "eldest", 100);
        answer(permits, "second", 100);
        assertThat(permits.hosts()).isZero();

        // when
        for (int i = 0; i < FetchPermits.MAX_REMEMBERED - 1; i++) {
            answer(permits, "host " + i, 1);
        }

        // then
        assertThat(running(permits, "eldest")).isEqualTo(FetchPermits.FIRST_LIMIT);
        assertThat(running(permits, "second")).isEqualTo(32);
    }

    @Test
    void concurrentFetchesStayWithinTheLimits() throws InterruptedException {
        // given
        FetchPermits permits = new FetchPermits(3, 2);
        AtomicInteger all = new AtomicInteger();
        AtomicInteger mostAll = new AtomicInteger();
        AtomicInteger mostOfOne = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(4 * 50);
        for (int host = 0; host < 4; host++) {
            AtomicInteger one = new AtomicInteger();
            for (int i = 0; i < 50; i++) {
                Urgency urgency = i % 2 == 0 ? Urgency.LIVE : Urgency.BACKFILL;
                permits.request(
                        new Origin("host " + host, 80),
                        urgency,
                        permit -> Thread.ofVirtual().start(() -> {
                            mostAll.accumulateAndGet(all.incrementAndGet(), Math::max);
                            mostOfOne.accumulateAndGet(one.incrementAndGet(), Math::max);
                            LockSupport.parkNanos(1_000);
                            one.decrementAndGet();
                            all.decrementAndGet();
                            permit.close();
                            done.countDown();
                        }),
                        () -> {});
            }
        }

        // when
        done.await();

        // then
        assertThat(mostAll.get()).isBetween(1, 3);
        assertThat(mostOfOne.get()).isBetween(1, 2);
        assertThat(permits.hosts()).isZero();
    }

    @Test
    void hostsTakeTurnsAndKeepTheOrderOfTheirFetches() {
        // given: one permit, for which two hosts wait
        FetchPermits permits = new FetchPermits(1, 1);
        FetchPermits.Request running = request(permits, "other", Urgency.LIVE, "running");
        List<FetchPermits.Request> waiting = new ArrayList<>();
        for (String name : List.of("a1", "a2", "a3", "b1", "b2")) {
            waiting.add(request(permits, name.substring(0, 1), Urgency.LIVE, name));
        }

        // when
        running.close();
        waiting.get(0).close();
        waiting.get(3).close();
        waiting.get(1).close();
        waiting.get(4).close();

        // then
        assertThat(started).containsExactly("running", "a1", "b1", "a2", "b2", "a3");
    }

    @Test
    void liveFetchesGoBeforeBackfill() {
        // given
        FetchPermits permits = new FetchPermits(1, 1);
        FetchPermits.Request running = request(permits, "a", Urgency.BACKFILL, "running");
        request(permits, "a", Urgency.BACKFILL, "old backfill");
        request(permits, "b", Urgency.BACKFILL, "backfill of another host");
        FetchPermits.Request live = request(permits, "a", Urgency.LIVE, "live");

        // when
        running.close();
        live.close();

        // then
        assertThat(started).startsWith("running", "live").hasSize(3);
    }

    @Test
    void backfillLeavesAQuarterOfThePermitsToLiveFetches() {
        // given: back-fill from one host, and from many
        FetchPermits permits = new FetchPermits(16, 8);
        answer(permits, "one", 1);
        for (int i = 0; i < 20; i++) {
            request(permits, "one", Urgency.BACKFILL, "backfill");
        }
        assertThat(started).hasSize(6);
        for (int i = 0; i < 20; i++) {
            answer(permits, "host " + i, 1);
            request(permits, "host " + i, Urgency.BACKFILL, "backfill");
        }
        assertThat(started).hasSize(12);

        // when
        for (int i = 0; i < 3; i++) {
            request(permits, "one", Urgency.LIVE, "live of that host");
        }
        for (int i = 0; i < 3; i++) {
            request(permits, "host " + i, Urgency.LIVE, "live of another host");
        }

        // then
        assertThat(started.subList(12, 16))
                .containsExactly(
                        "live of that host", "live of that host", "live of another host", "live of another host");
        assertThat(started).hasSize(16);
    }

    @Test
    void theFetchesFromAFailingServerThatWaitAreRefusedAtOnce() {
        // given
        FetchPermits permits = new FetchPermits(1, 1);
        FetchPermits.Request running = request(permits, "a", Urgency.LIVE, "running");
        request(permits, "a", Urgency.LIVE, "live");
        request(permits, "a", Urgency.BACKFILL, "backfill");
        permits.request(new Origin("a", 8080), Urgency.LIVE, permit -> started.add("other port"), () -> {});
        request(permits, "b", Urgency.BACKFILL, "other host");

        // when
        permits.refuse(new Origin("a", 80));
        permits.refuse(new Origin("unknown", 80));

        // then
        assertThat(refused).containsExactly("live", "backfill");
        running.close();
        assertThat(started).containsExactly("running", "other port");
    }

    @Test
    void backfillFromSilentHostsLeavesPermitsToLiveFetchesFromNewHosts() {
        // given
        FetchPermits permits = new FetchPermits(16, 16);
        for (int i = 0; i < 40; i++) {
            request(permits, "silent " + i, Urgency.BACKFILL, "backfill");
        }
        assertThat(started).hasSize(9);

        // when
        for (int i = 0; i < 40; i++) {
            request(permits, "new " + i, Urgency.LIVE, "live");
        }

        // then
        assertThat(started).hasSize(12).endsWith("live", "live", "live");
    }

    /// Has a host answer fetches one after the other.
    private static void answer(FetchPermits permits, String host, int answers) {
        for (int i = 0; i < answers; i++) {
            report(permits, host, ServerState.ANSWERED);
        }
    }

    private static void report(FetchPermits permits, String host, ServerState state) {
        try (FetchPermits.Request request = permits.request(new Origin(host, 80), Urgency.LIVE, _ -> {}, () -> {})) {
            request.report(state);
        }
    }

    /// Returns how many fetches of a host run at once.
    private static int running(FetchPermits permits, String host) {
        AtomicInteger running = new AtomicInteger();
        List<FetchPermits.Request> requests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            requests.add(permits.request(new Origin(host, 80), Urgency.LIVE, _ -> running.incrementAndGet(), () -> {}));
        }
        int atOnce = running.get();
        requests.reversed().forEach(FetchPermits.Request::close);
        return atOnce;
    }

    private FetchPermits.Request request(FetchPermits permits, String host, Urgency urgency, String name) {
        return permits.request(new Origin(host, 80), urgency, permit -> started.add(name), () -> refused.add(name));
    }
}
