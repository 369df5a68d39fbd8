package dev.clipstream.clip.hub;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.bundle.ClipstreamFile;
import dev.clipstream.clip.bundle.LearnedScale;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.bundle.OnnxFile;
import dev.clipstream.clip.hub.cache.CacheLock;
import dev.clipstream.clip.hub.cache.CachedFile;
import dev.clipstream.clip.hub.cache.HubCache;
import dev.clipstream.clip.hub.cache.PullRecord;
import dev.clipstream.clip.hub.remote.HubApi;
import dev.clipstream.clip.hub.remote.Listing;
import dev.clipstream.clip.hub.remote.RemoteFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Pulls one model: lists the repository's files, chooses, downloads what is missing, and records what it found out.
///
/// Used by one thread and thrown away.
final class Pull {
    private static final int FILES_AT_ONCE = 4;
    /// Space that is left free besides the files.
    private static final long SPARE_BYTES = 64L << 20;

    private final Repository repository;
    private final HubApi api;
    private final PullObserver observer;
    private final HubCache cache;

    Pull(Repository repository, HubApi api, PullObserver observer) {
        this.repository = repository;
        this.api = api;
        this.observer = observer;
        this.cache = repository.cache();
    }

    /// @param weights the choice, [dev.clipstream.clip.ModelOptions#AUTO] or one of the preference
    /// @param verify  whether files that are there are hashed, and replaced if they are damaged
    LocalBundle run(String weights, boolean verify) throws IOException, ModelException {
        Listing listing = api.list(repository.name(), repository.revision());
        FileChoice choice =
                FileChoice.of(repository.name(), listing.names(), repository.subfolder(), weights, listing.type());
        String state = cache.stateOf(repository.revision(), listing.commit());
        Path snapshot = cache.snapshot(repository.name(), state);
        Round round = new Round(listing, state, choice.graphs().weights(), verify || cache.isMutable());
        round.fetch(choice.names());
        List<String> data = furtherData(choice, listing, snapshot);
        round.fetch(data);
        observer.finished();

        List<String> files = new ArrayList<>(choice.names());
        files.addAll(data);
        PullRecord found = found(state, listing);
        try {
            found = record(found, state, files, List.of(weights, choice.graphs().weights()));
            cache.setState(repository.name(), repository.revision(), state);
        } catch (FileSystemException e) {
            // such as the cache of a container's image, which has all files
            observer.warned("The cache is not writable (" + e.getMessage() + "): the next start asks the hub again");
        }
        return bundle(repository, state, files, found);
    }

    /// Returns the bundle that the cache has.
    ///
    /// @param files of the model
    static LocalBundle bundle(Repository repository, String state, Collection<String> files, PullRecord record)
            throws IOException {
        return new LocalBundle(
                SubfolderView.of(repository, state, files),
                Optional.of(repository.id()),
                record.commit(),
                record.scale(repository.subfolder()));
    }

    /// The files of one pull that are fetched together.
    private final class Round {
        private final Listing listing;
        private final String state;
        private final String weights;
        private final boolean verify;

        Round(Listing listing, String state, String weights, boolean verify) {
            this.listing = listing;
            this.state = state;
            this.weights = weights;
            this.verify = verify;
        }

        void fetch(List<String> names) throws IOException {
            List<Download> missing = new ArrayList<>();
            long bytes = 0;
            long present = 0;
            for (String name : names) {
                RemoteFile remote = api.describe(repository.name(), repository.revision(), listing, name);
                CachedFile file = cache.file(repository.name(), state, name, remote.checksum());
                Download download = new Download(api.connection(), remote, file, verify, observer);
                if (download.isThere()) {
                    continue;
                }
                if (download.isStored()) {
                    download.link();
                } else {
                    missing.add(download);
                    bytes += remote.size();
                    present += download.left();
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            Path into = cache.repository(repository.name());
            Files.createDirectories(into);
            requireSpace(into, bytes - present);
            observer.announced(new PullObserver.Announcement(
                    repository.name(),
                    listing.commit().orElse(state),
                    weights,
                    missing.size(),
                    bytes,
                    present,
                    api.connection().hub().getHost(),
                    into));
            all(missing, Download::fetch);
            // files that replace others come into use together, after the last byte of all has come
            all(missing, Download::publish);
        }
    }

    @FunctionalInterface
    private interface Step {
        void of(Download download) throws IOException;
    }

    private static void requireSpace(Path folder, long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes + SPARE_BYTES) {
            throw new FileSystemException(
                    folder.toString(),
                    null,
                    "Expected " + megabytes(bytes + SPARE_BYTES) + " of free space, found " + megabytes(free));
        }
    }

    private static String megabytes(long bytes) {
        return bytes / 1_000_000 + " MB";
    }

    private static void all(List<Download> downloads, Step step) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(
                FILES_AT_ONCE, Thread.ofPlatform().daemon().name("pull-", 0).factory());
        try {
            ExecutorCompletionService<Boolean> running = new ExecutorCompletionService<>(threads);
            for (Download download : downloads) {
                running.submit(() -> {
                    step.of(download);
                    return true;
                });
            }
            for (int i = 0; i < downloads.size(); i++) {
                running.take().get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("Expected a download to end or to fail, found " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }

    /// Returns files with weights of the graphs that their names do not show, as the graphs name them.
    private List<String> furtherData(FileChoice choice, Listing listing, Path snapshot) throws ModelException {
        Set<String> data = new LinkedHashSet<>();
        for (String graph :
                new TreeSet<>(List.of(choice.graphs().image(), choice.graphs().text()))) {
            String name = repository.subfolder() + graph;
            Path file = snapshot.resolve(name);
            for (String location : OnnxFile.locations(file, name)) {
                String sibling = name.substring(0, name.lastIndexOf('/') + 1) + location.replaceFirst("^(\\./)+", "");
                if (listing.names().contains(sibling) && !choice.names().contains(sibling)) {
                    data.add(sibling);
                }
            }
        }
        return List.copyOf(data);
    }

    /// Returns what the hub tells about the model, with the scale as an earlier pull read it.
    private PullRecord found(String state, Listing listing) throws IOException {
        PullRecord before = PullRecord.read(cache, repository.name(), state);
        Optional<LearnedScale> scale = before.scale(repository.subfolder())
                .filter(known -> !known.equals(repository.published().orElse(null)));
        boolean sideFile = listing.names().contains(repository.subfolder() + ClipstreamFile.NAME);
        if (scale.isEmpty() && !sideFile) {
            scale = OriginalScale.first(api, originals(listing), observer).or(repository::published);
        }
        return new PullRecord(
                listing.commit(),
                Map.of(),
                scale.map(value -> Map.of(repository.subfolder(), value)).orElse(Map.of()));
    }

    private PullRecord record(PullRecord found, String state, List<String> files, List<String> choices)
            throws IOException {
        try (CacheLock _ = CacheLock.take(cache.lock(repository.name()), observer::warned)) {
            // another process may have pulled other weights meanwhile
            PullRecord record = found.over(PullRecord.read(cache, repository.name(), state));
            for (String choice : choices) {
                record = record.with(repository.choice(choice), files);
            }
            record.write(cache, repository.name(), state);
            return record;
        }
    }

    /// Returns the originals that the catalogue knows, the repository itself as it was pulled, and those that it names.
    private List<OriginalScale.Candidate> originals(Listing listing) {
        Map<String, OriginalScale.Candidate> originals = new LinkedHashMap<>();
        for (String name : repository.originals()) {
            originals.put(name, new OriginalScale.Candidate(name, repository.defaultBranch(), ""));
        }
        String name = repository.name();
        String revision = listing.commit().orElse(repository.revision());
        originals.put(name, new OriginalScale.Candidate(name, revision, ""));
        for (String base : listing.origin()) {
            originals.putIfAbsent(
                    base, new OriginalScale.Candidate(base, repository.defaultBranch(), ", the base model of " + name));
        }
        return List.copyOf(originals.values());
    }
}
