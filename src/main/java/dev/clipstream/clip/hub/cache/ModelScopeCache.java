package dev.clipstream.clip.hub.cache;

import dev.clipstream.clip.hub.remote.Checksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The cache of ModelScope's Python client.
///
/// ```
/// models/ORG--NAME/snapshots/REVISION/PATH       bytes; PATH.incomplete while they are coming
/// models/ORG/NAME/PATH                           the branch master as older clients left it, which comes first
/// .lock/file_HASH.lock
/// ```
///
/// @param root the folder of all repositories
public record ModelScopeCache(Path root) implements HubCache {
    private static final String DEFAULT_BRANCH = "master";

    /// Looks where older clients wrote, which replaced the dots of names and had a folder `hub` in the default cache.
    private Optional<Path> older(String repository) throws IOException {
        String[] parts = repository.split("/", 2);
        String name = parts[1].replace(".", "___");
        for (String folder : List.of("models", "hub/models")) {
            Path older = root.resolve(folder).resolve(parts[0]).resolve(name);
            if (Files.isDirectory(older)) {
                try (Stream<Path> files = Files.list(older)) {
                    if (files.findAny().isPresent()) {
                        return Optional.of(older);
                    }
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public Path repository(String repository) {
        return root.resolve("models").resolve(repository.replace("/", "--"));
    }

    @Override
    public Optional<String> state(String repository, String revision) throws IOException {
        return Files.isDirectory(snapshot(repository, revision)) ? Optional.of(revision) : Optional.empty();
    }

    @Override
    public String stateOf(String revision, Optional<String> commit) {
        return revision;
    }

    @Override
    public void setState(String repository, String revision, String state) {
        // the folder of a state has the revision's name
    }

    @Override
    public boolean isMutable() {
        return true;
    }

    @Override
    public Path snapshot(String repository, String state) throws IOException {
        // older clients wrote every revision into one folder, which is the default branch's in most caches
        Optional<Path> older = state.equals(DEFAULT_BRANCH) ? older(repository) : Optional.empty();
        return older.isPresent()
                ? older.get()
                : repository(repository).resolve("snapshots").resolve(state);
    }

    @Override
    public CachedFile file(String repository, String state, String name, Checksum checksum) throws IOException {
        Path file = snapshot(repository, state).resolve(name);
        String key = String.join("\0", "modelscope-hub-download-lock-v2", "file", "model", repository, name);
        return new CachedFile(file, file, root.resolve(".lock").resolve("file_" + sha256(key) + ".lock"));
    }

    @Override
    public Path lock(String repository) {
        return root.resolve(".lock").resolve("clipstream_" + sha256(repository) + ".lock");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in the JDK, found none", e);
        }
    }
}
