package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How media are fetched, and from where.
public record SourceSettings(
        @Description(
                "Folders that file: URIs may point into, separated by commas. Empty: no file: URI is " + "accepted.")
        @DefaultValue
        List<Path> allowedRoots,

        @Description("Networks (CIDR) and addresses that are accepted although they are private or loopback, "
                + "separated by commas.")
        @DefaultValue
        List<String> allowedNetworks,

        @Description("How long opening a connection may take, including TLS.") @DefaultValue("3s")
        Duration connectTimeout,

        @Description("How long a server may send nothing within an attempt.") @DefaultValue("5s")
        Duration readTimeout,

        @Description("How long a fetch may take, including redirects and retries, but not the wait for its "
                + "turn and for memory. At most a third of embedding.head-timeout.")
        @DefaultValue("20s")
        Duration timeout,

        @Description("Maximum number of attempts, at least 1. Only failures that may be temporary are retried.")
        @DefaultValue("3")
        int maxAttempts,

        @Description("Upper limit of the first pause between attempts. It doubles with each attempt; pauses "
                + "have full jitter.")
        @DefaultValue("200ms")
        Duration firstBackoff,

        @Description("Maximum pause between attempts.") @DefaultValue("2s")
        Duration maxBackoff,

        @Description(
                "Maximum number of concurrent fetches, at least 1; three quarters of them for back-fill. With 1, a "
                        + "fetch for back-fill may hold the only one. Fetched images that wait for decoding use at "
                        + "most a quarter of the heap.")
        @DefaultValue("128")
        int maxConcurrent,

        @Description("Maximum number of concurrent fetches from one host (and from files), so that a slow host "
                + "does not occupy them all; 0: a quarter of fetch.max-concurrent. With 1, live fetches of a host wait "
                + "for one for back-fill. A host starts with at most 8, and gets one more with each answer.")
        @DefaultValue("0")
        int maxPerHost,

        @Description("Maximum number of redirects.") @DefaultValue("3")
        int maxRedirects,

        @Description(
                "Attempts in a row that must fail before the circuit of a server opens: its URIs are then rejected "
                        + "at once as unreachable, except for one now and then that probes it. 0: every URI is tried.")
        @DefaultValue("10")
        int circuitFailures,

        @Description("How much time must lie between the first and the last of these failures.") @DefaultValue("5s")
        Duration circuitFailingFor,

        @Description("Upper limit of the time until the first probe. It doubles with each probe that fails; the times "
                + "have full jitter.")
        @DefaultValue("5s")
        Duration circuitCoolDown,

        @Description("Maximum time between two probes.") @DefaultValue("2m")
        Duration circuitMaxCoolDown) {
    public SourceSettings {
        require(maxConcurrent >= 1, "fetch.max-concurrent", "at least 1", maxConcurrent);
        require(maxPerHost >= 0, "fetch.max-per-host", "at least 0", maxPerHost);
        allowedRoots = List.copyOf(allowedRoots);
        allowedNetworks = List.copyOf(allowedNetworks);
    }

    /// Returns the maximum number of concurrent fetches from one host, at least 1.
    public int perHost() {
        return maxPerHost == 0 ? Math.max(1, maxConcurrent / 4) : maxPerHost;
    }
}
