package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Fetching.
public record SourceSettings(
        @Description("Folders that file: URIs may point into, with commas between. Empty: none may.") @DefaultValue
        List<Path> allowedRoots,

        @Description("Networks (CIDR) and addresses that may be connected to although they are private or loopback.")
        @DefaultValue
        List<String> allowedNetworks,

        @Description("How long a connection may take, TLS included.") @DefaultValue("3s")
        Duration connectTimeout,

        @Description("The longest silence of a server within an attempt.") @DefaultValue("5s")
        Duration readTimeout,

        @Description(
                "How long a fetch may take in all, redirects and retries included, waiting for its turn and for memory not; at most a third of embedding.head-timeout.")
        @DefaultValue("20s")
        Duration timeout,

        @Description("Most attempts, at least 1; only what may pass by itself is tried again.") @DefaultValue("3")
        int maxAttempts,

        @Description("The longest first pause between attempts; it doubles, with full jitter.") @DefaultValue("200ms")
        Duration firstBackoff,

        @Description("Where the doubling ends.") @DefaultValue("2s")
        Duration maxBackoff,

        @Description(
                "Most fetches at once, at least 1. All that was fetched and waits for its decoder takes at most a quarter of the heap.")
        @DefaultValue("128")
        int maxConcurrent,

        @Description(
                "Most fetches at once from one host (and of files), so that a slow one does not hold them all; 0: a quarter of fetch.max-concurrent.")
        @DefaultValue("0")
        int maxPerHost,

        @Description("Most redirects.") @DefaultValue("3") int maxRedirects) {
    public SourceSettings {
        require(maxConcurrent >= 1, "fetch.max-concurrent", "at least 1", maxConcurrent);
        require(maxPerHost >= 0, "fetch.max-per-host", "at least 0", maxPerHost);
        allowedRoots = List.copyOf(allowedRoots);
        allowedNetworks = List.copyOf(allowedNetworks);
    }

    /// Most fetches at once from one host, at least 1.
    public int perHost() {
        return maxPerHost == 0 ? Math.max(1, maxConcurrent / 4) : maxPerHost;
    }
}
