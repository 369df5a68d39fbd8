package dev.clipstream.clip.hub.remote;

import dev.clipstream.clip.hub.http.HubConnection;
import dev.clipstream.clip.hub.http.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// The interface of ModelScope and its mirrors. It gives SHA-256 for every file, and no pages: more files than it lists
/// at once are refused.
///
/// Used for one repository at a time.
public final class ModelScopeApi implements HubApi {
    /// The hub lists no more files than these, and does not say so.
    private static final int MOST_FILES = 3_000;

    private final HubConnection connection;
    private final Map<String, RemoteFile> described = new HashMap<>();

    /// @param connection closed by the caller
    public ModelScopeApi(HubConnection connection) {
        this.connection = connection;
    }

    @Override
    public HubConnection connection() {
        return connection;
    }

    @Override
    public String page(String repository) {
        return "https://modelscope.cn/models/" + repository;
    }

    @Override
    public Listing list(String repository, String revision) throws IOException {
        URI uri = URI.create(connection.hub() + "/api/v1/models/" + repository + "/repo/files?Revision="
                + encoded(revision) + "&Recursive=True");
        JsonNode answer = connection.json(uri).json();
        if (!answer.path("Success").asBoolean(true)) {
            // some failures have the status of a success
            throw connection.failure(404, "", answer.path("Message").asString(""), uri);
        }
        JsonNode data = answer.path("Data");
        JsonNode files = data.isArray() ? data : data.path("Files");
        if (files.size() >= MOST_FILES) {
            throw new RefusedException(
                    "Expected less than " + MOST_FILES + " files in " + repository + ", found more than the hub lists");
        }
        NavigableSet<String> names = new TreeSet<>();
        for (JsonNode file : files) {
            String name = file.path("Path").asString("");
            String sha256 = file.path("Sha256").asString("").toLowerCase(Locale.ROOT);
            JsonNode size = file.path("Size");
            boolean whole = file.path("Type").asString("blob").equals("blob")
                    && RemoteFile.isSafe(name)
                    && sha256.matches("[0-9a-f]{64}")
                    && size.isIntegralNumber()
                    && size.longValue() >= 0;
            if (whole) {
                names.add(name);
                described.put(
                        key(repository, revision, name),
                        new RemoteFile(
                                name,
                                size.longValue(),
                                new Checksum(Checksum.Kind.SHA256, sha256),
                                file(repository, revision, name)));
            }
        }
        String commit =
                data.path("LatestCommitter").path("Id").asString(revision).toLowerCase(Locale.ROOT);
        Optional<String> known = commit.matches("[0-9a-f]{40}") ? Optional.of(commit) : Optional.empty();
        return new Listing(known, names, List.of(), Optional.empty());
    }

    @Override
    public RemoteFile describe(String repository, String revision, Listing listing, String name) throws IOException {
        RemoteFile file = described.get(key(repository, revision, name));
        if (file == null) {
            throw new RefusedException("Expected " + name + " among the files of " + repository + ", found none");
        }
        return file;
    }

    private static String key(String repository, String revision, String name) {
        return repository + "@" + revision + "/" + name;
    }

    @Override
    public URI file(String repository, String revision, String name) {
        return URI.create(connection.hub() + "/api/v1/models/" + repository + "/repo?Revision=" + encoded(revision)
                + "&FilePath=" + encoded(name));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }
}
