package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.StartException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The admin client of an instance, and a watch on whether any broker answers it: at the start, which fails otherwise,
/// and while the instance runs. An outage is logged in one line when it begins and one when it ends.
public final class BrokerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerWatch.class);
    private static final Duration AT_START = Duration.ofSeconds(10);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// Failed requests in a row that are an outage.
    private static final int OUTAGE = 2;

    private final Admin admin;
    private final String bootstrapServers;
    private final Clock clock;
    private final Thread watcher;

    private final Duration every;

    private BrokerWatch(Admin admin, String bootstrapServers, Clock clock, Duration every) {
        this.admin = admin;
        this.bootstrapServers = bootstrapServers;
        this.clock = clock;
        this.every = every;
        this.watcher = Thread.ofVirtual().name("brokers").unstarted(this::watch);
    }

    /// Connects to the brokers, and watches them until it is closed.
    ///
    /// @param properties of the admin client
    /// @throws StartException if no broker answers, or no host name can be resolved
    public static BrokerWatch connect(Map<String, Object> properties, String bootstrapServers, Clock clock)
            throws StartException {
        return connect(properties, bootstrapServers, clock, AT_START, EVERY);
    }

    /// @param patience for the first answer
    /// @param every    time between two requests
    static BrokerWatch connect(
            Map<String, Object> properties, String bootstrapServers, Clock clock, Duration patience, Duration every)
            throws StartException {
        BrokerWatch watch = new BrokerWatch(admin(properties, bootstrapServers), bootstrapServers, clock, every);
        try {
            if (!watch.answers(patience)) {
                throw new StartException("Kafka at " + bootstrapServers + ": Expected an answer, found none within "
                        + patience.toSeconds()
                        + " s. Check bootstrap-servers and, with TLS or SASL, the kafka.* settings");
            }
            watch.watcher.start();
            return watch;
        } catch (InterruptedException e) {
            watch.close();
            Thread.currentThread().interrupt();
            throw new StartException("The start was interrupted", e);
        } catch (StartException e) {
            watch.close();
            throw e;
        }
    }

    private static Admin admin(Map<String, Object> properties, String bootstrapServers) throws StartException {
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            // Kafka reports an unknown host like a setting that is not valid
            if (e.getCause() instanceof ConfigException cause
                    && String.valueOf(cause.getMessage()).startsWith("No resolvable bootstrap urls")) {
                throw new StartException(
                        "Kafka at " + bootstrapServers
                                + ": Expected a host name that can be resolved, found none. Check bootstrap-servers and DNS",
                        null);
            }
            throw e;
        }
    }

    /// Returns the client, which this watch closes.
    public Admin admin() {
        return admin;
    }

    private void watch() {
        int failures = 0;
        Instant since = clock.instant();
        try {
            while (true) {
                Thread.sleep(every);
                if (answers(PATIENCE)) {
                    if (failures >= OUTAGE) {
                        LOG.info(
                                "Kafka at {} is back after {} s",
                                bootstrapServers,
                                Duration.between(since, clock.instant()).toSeconds());
                    }
                    failures = 0;
                    since = clock.instant();
                } else if (++failures == OUTAGE) {
                    LOG.warn(
                            "Kafka at {} has been away since {}. Events wait, and everything continues when it is back;"
                                    + " most repeated warnings of its clients are left out",
                            bootstrapServers,
                            since.truncatedTo(ChronoUnit.SECONDS));
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /// Returns whether a broker answers. A refusal is an answer, which the callers of the client handle.
    private boolean answers(Duration patience) throws InterruptedException {
        int patienceMillis = Math.toIntExact(patience.toMillis());
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(patienceMillis))
                    .nodes()
                    .get(patienceMillis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return !(e.getCause() instanceof RetriableException);
        }
    }

    /// Does not wait for requests without an answer.
    @Override
    public void close() {
        watcher.interrupt();
        admin.close(Duration.ZERO);
    }
}
