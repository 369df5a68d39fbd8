package dev.clipstream.cli.input;

import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.FetchLimits;
import dev.clipstream.fetch.FetchedMedium;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.fetch.http.HttpSettings;
import dev.clipstream.fetch.http.HttpSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the images that the command line names: files, and URLs with the service's fetcher and limits. Thread-safe.
public final class ImageReader implements AutoCloseable {
    /// The networks of the machine and of its site. The user names the URL, so these are allowed; link-local addresses,
    /// among them the metadata services of clouds, are not, because a redirect can lead there.
    private static final List<String> SITE =
            List.of("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");

    private @Nullable MediaFetcher fetcher;

    /// Reads one image.
    ///
    /// @param pathOrUri a path, or a URI of the scheme `http`, `https` or `file`
    /// @throws IOException if it cannot be read
    public byte[] read(String pathOrUri) throws IOException {
        if (!MediaPaths.isUri(pathOrUri)) {
            return Files.readAllBytes(path(pathOrUri));
        }
        if (pathOrUri.regionMatches(true, 0, "file:", 0, "file:".length())) {
            return Files.readAllBytes(file(pathOrUri));
        }
        try (FetchedMedium medium = fetcher().fetch(pathOrUri)) {
            return medium.bytes();
        } catch (FetchException e) {
            throw new IOException(e.getMessage()); // complete: its causes add only class names
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while fetching " + pathOrUri, e);
        }
    }

    private static Path path(String path) throws IOException {
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new IOException("expected a path, found: " + e.getMessage(), e);
        }
    }

    private static Path file(String uri) throws IOException {
        try {
            return Path.of(URI.create(uri));
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new IOException("expected a URI such as file:///srv/a.jpg, found: " + e.getMessage(), e);
        }
    }

    private synchronized MediaFetcher fetcher() {
        MediaFetcher open = fetcher;
        if (open == null) {
            HttpSettings usual = HttpSettings.DEFAULT;
            open = new MediaFetcher(
                    List.of(new HttpSource(new HttpSettings(
                            usual.connectTimeout(),
                            usual.readTimeout(),
                            usual.poolTimeout(),
                            usual.maxRedirects(),
                            SITE))),
                    FetchLimits.DEFAULT);
            fetcher = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        if (fetcher != null) {
            fetcher.close();
        }
    }
}
