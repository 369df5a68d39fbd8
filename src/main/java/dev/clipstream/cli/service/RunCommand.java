package dev.clipstream.cli.service;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.runtime.lifecycle.Service;
import dev.clipstream.runtime.lifecycle.StopSignals;
import dev.clipstream.runtime.settings.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs the service against an existing Kafka cluster until it is stopped.
@Command(
        name = "run",
        description = "Run topologies against a Kafka cluster until stopped. SIGTERM drains records in flight.",
        footer = {
            "",
            "Health: /actuator/health/readiness and /actuator/health/liveness. Metrics: /actuator/prometheus.",
            "Both are on localhost, at server.port (8080). --set server.address=0.0.0.0 opens them to other hosts."
        })
public final class RunCommand implements Callable<Integer> {
    private static final Duration POLL_INTERVAL = Duration.ofMinutes(1);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--topologies",
            paramLabel = "embedding,tagging,indexing",
            description = "The topologies of this instance. Default: embedding,tagging.")
    private @Nullable String topologies;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT[,…]",
            description = "Kafka brokers for the initial connection. Default: localhost:9092.")
    private @Nullable String bootstrapServers;

    @Option(names = "--config", paramLabel = "FILE", description = "A YAML or properties file of settings.")
    private @Nullable Path config;

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Override
    public Integer call() throws StartException {
        Map<String, String> settings = new LinkedHashMap<>();
        if (bootstrapServers != null) {
            KafkaOptions.requireAddresses(bootstrapServers, spec);
            settings.put("clipstream.bootstrap-servers", bootstrapServers);
        }
        if (topologies != null) {
            settings.put("clipstream.topologies", topologies);
        }
        settings.putAll(options.settings());
        Service service = Service.start(settings, config);
        StopSignals.onStop(service.closeLimit(), service::close);
        spec.commandLine()
                .getErr()
                .println("clipstream run: serving health and metrics at " + service.managementOrigin() + "/actuator");
        Throwable failure;
        do {
            failure = service.awaitFailure(POLL_INTERVAL);
        } while (failure == null);
        spec.commandLine().getErr().println("clipstream run: " + Failures.explain(failure));
        StopSignals.haltAfter(service.closeLimit(), Failures.ENVIRONMENT_FAILED);
        service.close();
        return Failures.ENVIRONMENT_FAILED;
    }
}
