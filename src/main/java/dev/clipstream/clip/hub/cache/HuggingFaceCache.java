package dev.clipstream.clip.hub.cache;

import dev.clipstream.clip.hub.remote.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The cache of `huggingface_hub`.
///
/// ```
/// models--ORG--NAME/blobs/CHECKSUM               bytes; CHECKSUM.incomplete while they are coming
/// models--ORG--NAME/refs/REVISION                the commit that a branch or tag stood for
/// models--ORG--NAME/snapshots/COMMIT/PATH        links to blobs
/// .locks/models--ORG--NAME/CHECKSUM.lock
/// ```
///
/// @param root the folder of all repositories
public record HuggingFaceCache(Path root) implements HubCache {
    private static final int LONGEST_COMMIT = 100;

    private static String folder(String repository) {
        return "models--" + repository.replace("/", "--");
    }

    @Override
    public Path repository(String repository) {
        return root.resolve(folder(repository));
    }

    @Override
    public Optional<String> state(String repository, String revision) throws IOException {
        String commit = revision;
        if (!isCommit(revision)) {
            Path reference = reference(repository, revision);
            boolean readable = Files.isRegularFile(reference) && Files.size(reference) <= LONGEST_COMMIT;
            commit = readable ? Files.readString(reference).strip() : "";
        }
        return isCommit(commit) && Files.isDirectory(snapshot(repository, commit))
                ? Optional.of(commit)
                : Optional.empty();
    }

    @Override
    public String stateOf(String revision, Optional<String> commit) {
        return commit.orElse(revision);
    }

    @Override
    public boolean isMutable() {
        return false;
    }

    private static boolean isCommit(String text) {
        return text.matches("[0-9a-f]{40}");
    }

    private Path reference(String repository, String revision) {
        return repository(repository).resolve("refs").resolve(revision);
    }

    @Override
    public void setState(String repository, String revision, String state) throws IOException {
        if (isCommit(revision)) {
            return;
        }
        Path reference = reference(repository, revision);
        Files.createDirectories(reference.toAbsolutePath().getParent());
        Path fresh = reference.resolveSibling(
                reference.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        Files.writeString(fresh, state);
        Files.move(fresh, reference, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public Path snapshot(String repository, String state) {
        return repository(repository).resolve("snapshots").resolve(state);
    }

    @Override
    public CachedFile file(String repository, String state, String name, Checksum checksum) {
        return new CachedFile(
                snapshot(repository, state).resolve(name),
                repository(repository).resolve("blobs").resolve(checksum.hex()),
                locks(repository).resolve(checksum.hex() + ".lock"));
    }

    @Override
    public Path lock(String repository) {
        return locks(repository).resolve("clipstream.lock");
    }

    private Path locks(String repository) {
        return root.resolve(".locks").resolve(folder(repository));
    }
}
