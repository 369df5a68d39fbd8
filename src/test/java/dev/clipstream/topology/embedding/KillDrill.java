package dev.clipstream.topology.embedding;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.embedding.EmbeddingApp.Clients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;

/// Kills two instances of one group again and again, while events are uploaded to both topics whose outcomes overtake
/// each other.
///
/// In between, the group loses a member, gains one, or has one leave in order: each kill is followed by one of the
/// ways in which the instance comes back. [#main] runs as many kills as wanted and prints the figures.
final class KillDrill implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int INSTANCES = 2;
    private static final int EVENTS_PER_KILL = 150;
    private static final int MOST_OUTCOMES_PER_KILL = 100;
    private static final long MILLIS_PER_RUN = 60;

    private final EmbeddedBroker broker;
    private final Path folder;
    private final String name;
    private final String guarantee;
    private final Clients clients;
    private final Topics topics;
    private final SlowServer server = new SlowServer();
    private final Uploads uploads;
    private final Random random;
    private final Commits commits;
    private final Members members;
    private final ChildApp[] apps = new ChildApp[INSTANCES];

    /// @param verdict           on the outcomes of all uploads
    /// @param uploads           number of events
    /// @param inFlight          number of kills at which events were without outcome
    /// @param withFinished      number of kills after which the committed metadata named finished offsets
    record Report(Verdict verdict, int uploads, int inFlight, int withFinished) {}

    /// What happens after a kill.
    private enum Return {
        /// The instance starts again at once.
        AT_ONCE,
        /// It starts again after the group has given up on it and the other instance has taken over.
        AFTER_TAKEOVER,
        /// It starts again and is killed while it joins.
        KILLED_AGAIN,
        /// It starts again and the other leaves in order, and comes back.
        OTHER_LEAVES,
        /// The other is killed, too, before both start again.
        BOTH_KILLED
    }

    KillDrill(EmbeddedBroker broker, Path folder, String name, String guarantee, Clients clients, long seed)
            throws IOException {
        this.broker = broker;
        this.folder = folder;
        this.name = name;
        this.guarantee = guarantee;
        this.clients = clients;
        topics = TestBroker.topics(broker, name, PARTITIONS, Map.of());
        uploads = Uploads.to(broker.bootstrapServers(), topics.uploads(), server, seed);
        random = new Random(seed);
        commits = new Commits(broker.bootstrapServers(), name);
        members = new Members(broker.bootstrapServers(), name);
    }

    /// Runs until this many processes were killed and all events were processed.
    Report run(int kills) throws ExecutionException, InterruptedException {
        boolean exactlyOnce = guarantee.equals("exactly_once_v2");
        int inFlight = 0;
        int withFinished = 0;
        for (int i = 0; i < INSTANCES; i++) {
            start(i);
        }
        // what is written before it is committed shows how far the instances are
        try (Outcomes written = new Outcomes(broker.bootstrapServers(), topics, "read_uncommitted");
                Outcomes outcomes = new Outcomes(
                        broker.bootstrapServers(), topics, exactlyOnce ? "read_committed" : "read_uncommitted")) {
            for (int killed = 0; killed < kills; ) {
                uploads.send(EVENTS_PER_KILL);
                written.await(written.size() + 1 + random.nextInt(MOST_OUTCOMES_PER_KILL));
                int victim = random.nextInt(INSTANCES);
                apps[victim].kill();
                killed++;
                inFlight += written.uploads() < uploads.all().size() ? 1 : 0;
                withFinished += commits.withFinished() > 0 ? 1 : 0;
                Return way = killed < kills ? way() : Return.AT_ONCE;
                killed += way == Return.KILLED_AGAIN || way == Return.BOTH_KILLED ? 1 : 0;
                comeBack(way, victim, 1 - victim);
            }
            outcomes.awaitEnd(name);
            for (ChildApp app : apps) {
                app.end();
            }
            return new Report(outcomes.of(uploads.all()), uploads.all().size(), inFlight, withFinished);
        }
    }

    /// Half of the instances come back at once.
    private Return way() {
        Return[] ways = Return.values();
        return random.nextBoolean() ? Return.AT_ONCE : ways[1 + random.nextInt(ways.length - 1)];
    }

    private void comeBack(Return way, int victim, int other) throws ExecutionException, InterruptedException {
        switch (way) {
            case AT_ONCE -> start(victim);
            case AFTER_TAKEOVER -> {
                members.awaitWithPartitions(INSTANCES - 1);
                start(victim);
            }
            case KILLED_AGAIN -> {
                start(victim);
                members.awaitWithPartitions(INSTANCES);
                apps[victim].kill();
                start(victim);
            }
            case OTHER_LEAVES -> {
                start(victim);
                members.awaitWithPartitions(INSTANCES);
                apps[other].end();
                start(other);
            }
            case BOTH_KILLED -> {
                apps[other].kill();
                start(victim);
                start(other);
            }
        }
    }

    /// A static member comes back in the place of the one that was killed.
    private void start(int instance) {
        apps[instance] = new ChildApp(
                new EmbeddingApp.Settings(
                        broker.bootstrapServers(), name, guarantee, clients, "machine-" + instance, MILLIS_PER_RUN),
                folder.resolve(name + ".log"));
    }

    @Override
    public void close() {
        Arrays.stream(apps).filter(Objects::nonNull).forEach(ChildApp::close);
        members.close();
        commits.close();
        uploads.close();
        server.close();
    }

    /// Arguments: number of kills, `exactly_once_v2` or `at_least_once`, the name of [Clients], and a seed.
    public static void main(String[] arguments) throws Exception {
        int kills = Integer.parseInt(arguments[0]);
        long started = System.nanoTime();
        Path folder = Files.createTempDirectory("kill-drill");
        try (EmbeddedBroker broker = TestBroker.at(folder.resolve("broker"));
                KillDrill drill = new KillDrill(
                        broker,
                        folder,
                        "drill",
                        arguments[1],
                        Clients.valueOf(arguments[2]),
                        Long.parseLong(arguments[3]))) {
            Report report = drill.run(kills);
            Verdict verdict = report.verdict();
            System.out.println(
                    kills + " kills, " + arguments[1] + ", " + arguments[2] + ": " + report.uploads() + " events, "
                            + verdict.missing().size() + " missing, "
                            + verdict.repeated().size() + " repeated, "
                            + verdict.strange().size() + " strange, "
                            + verdict.reordered().size() + " reordered, "
                            + verdict.stale().size() + " stale, "
                            + verdict.overtaken() + " overtaken; events in flight at " + report.inFlight()
                            + " kills, finished offsets in the metadata after " + report.withFinished() + "; "
                            + (System.nanoTime() - started) / 1_000_000_000 + " s; logs in " + folder);
            System.out.println(verdict);
        }
        System.exit(0);
    }
}
