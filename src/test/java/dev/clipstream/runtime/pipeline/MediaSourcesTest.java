package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.FetchedMedium;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.runtime.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The flat settings `fetch.*` reach the source that they belong to.
class MediaSourcesTest {

    @TempDir
    private Path folder;

    @Test
    void anAllowedRootReachesTheFileSource() throws Exception {
        Path file = Files.write(folder.resolve("a.jpg"), new byte[] {1, 2, 3});

        try (MediaFetcher fetcher = open(Map.of("clipstream.fetch.allowed-roots", folder.toString()), 3);
                FetchedMedium medium = fetcher.fetch(file.toUri().toString())) {
            assertThat(medium.bytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void maxBytesReachesTheFetcher() throws Exception {
        Path file = Files.write(folder.resolve("a.jpg"), new byte[] {1, 2, 3});

        try (MediaFetcher fetcher = open(Map.of("clipstream.fetch.allowed-roots", folder.toString()), 2)) {
            assertReason(fetcher, file.toUri().toString(), RejectionReason.TOO_LARGE);
        }
    }

    @Test
    void byDefaultNoFileAndNoPrivateAddressIsRead() {
        try (MediaFetcher fetcher = open(Map.of(), 3)) {
            assertReason(fetcher, folder.toUri().toString(), RejectionReason.PATH_REFUSED);
            assertReason(fetcher, "http://127.0.0.1:1024/", RejectionReason.ADDRESS_REFUSED);
            assertReason(fetcher, "s3://bucket/key", RejectionReason.UNSUPPORTED_SCHEME);
        }
    }

    @Test
    void anAllowedNetworkReachesTheHttpSource() {
        Map<String, String> settings =
                Map.of("clipstream.fetch.allowed-networks", "127.0.0.0/8", "clipstream.fetch.max-attempts", "1");

        try (MediaFetcher fetcher = open(settings, 3)) {
            assertReason(fetcher, "http://127.0.0.1:1024/", RejectionReason.UNREACHABLE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "allowed-roots, /no/such/folder",
        "allowed-networks, localhost",
        "connect-timeout, 0s",
        "read-timeout, 0s",
        "timeout, 0s",
        "max-attempts, 0",
        "max-redirects, -1",
        "first-backoff, 10s",
    })
    void aSettingOutOfRangeIsRefusedByName(String setting, String value) {
        assertThatThrownBy(() -> open(Map.of("clipstream.fetch." + setting, value), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fetch." + setting);
    }

    private static MediaFetcher open(Map<String, String> settings, long maxBytes) {
        return MediaSources.open(Settings.of(settings).fetch(), maxBytes);
    }

    private static void assertReason(MediaFetcher fetcher, String uri, RejectionReason reason) {
        assertThatThrownBy(() -> fetcher.fetch(uri))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
