package dev.clipstream.clip.hub;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.ModelReference.Place;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.hub.cache.HubCache;
import dev.clipstream.clip.hub.cache.PullRecord;
import dev.clipstream.clip.hub.environment.HubEnvironment;
import dev.clipstream.clip.hub.environment.Token;
import dev.clipstream.clip.hub.http.HubConnection;
import dev.clipstream.clip.hub.http.Retries;
import dev.clipstream.clip.hub.http.StatusException;
import dev.clipstream.clip.hub.remote.HubApi;
import dev.clipstream.clip.hub.remote.HuggingFaceApi;
import dev.clipstream.clip.hub.remote.ModelScopeApi;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Turns a user's name for a model into a folder on this machine.
///
/// A model that was pulled needs no network: its branch stands for the commit that it stood for then. Only [#pull] asks
/// the hub again.
public final class ModelHub {
    private static final int DEEPEST = 4;

    private final HubEnvironment environment;
    private final Retries retries;
    private final InstantSource clock;

    /// @param retries when requests to hubs are sent again
    /// @param clock   for dates in answers of hubs
    public ModelHub(HubEnvironment environment, Retries retries, InstantSource clock) {
        this.environment = environment;
        this.retries = retries;
        this.clock = clock;
    }

    /// Returns the hubs as the environment of this process says.
    public static ModelHub ofProcess() {
        return new ModelHub(HubEnvironment.ofProcess(), Retries.DEFAULT, InstantSource.system());
    }

    /// Finds a model, and pulls what is missing of it.
    ///
    /// @param weights [dev.clipstream.clip.ModelOptions#AUTO] or one of the preference
    /// @throws ModelException if it is neither here nor to be had
    public LocalBundle locate(ModelReference reference, String weights, PullObserver observer) throws ModelException {
        List<Repository> repositories = Repositories.of(reference, environment);
        if (repositories.isEmpty()) {
            return LocalBundle.of(Path.of(reference.name()));
        }
        Optional<LocalBundle> recorded = cached(repositories, weights, true);
        if (recorded.isPresent()) {
            return recorded.get();
        }
        Optional<LocalBundle> cached = cached(repositories, weights, false);
        Optional<String> offline = environment.offline();
        if (offline.isPresent()) {
            return cached.orElseThrow(() -> HubFailures.offline(repositories.getFirst(), weights, offline.get()));
        }
        return pull(repositories, weights, false, cached, observer);
    }

    /// Asks the hub what a model's revision stands for now, and pulls what is missing. Files that are there are
    /// checked.
    ///
    /// @throws ModelException if the hub does not have or does not give it, or connections are forbidden
    public LocalBundle pull(ModelReference reference, String weights, PullObserver observer) throws ModelException {
        List<Repository> repositories = Repositories.of(reference, environment);
        if (repositories.isEmpty()) {
            throw new ModelException(
                    "ORG/NAME of a model on a hub",
                    Files.isDirectory(Path.of(reference.name()))
                            ? "the folder " + reference.name()
                            : "'" + reference.name() + "'",
                    "name a repository (`clipstream model list`); a folder needs no pull");
        }
        Optional<String> offline = environment.offline();
        if (offline.isPresent()) {
            throw HubFailures.offline(repositories.getFirst(), weights, offline.get());
        }
        return pull(repositories, weights, true, Optional.empty(), observer);
    }

    private LocalBundle pull(
            List<Repository> repositories,
            String weights,
            boolean verify,
            Optional<LocalBundle> otherwise,
            PullObserver observer)
            throws ModelException {
        Repository first = repositories.getFirst();
        try (HubConnection connection = connection(first.reference().place(), observer)) {
            HubApi api = first.reference().place() == Place.MODELSCOPE
                    ? new ModelScopeApi(connection)
                    : new HuggingFaceApi(connection);
            try {
                return pull(repositories, api, weights, verify, observer);
            } catch (IOException e) {
                if (otherwise.isPresent() && HubFailures.isUnavailable(e)) {
                    observer.warned("The hub does not answer (" + HubFailures.text(e) + "): using "
                            + otherwise.get().folder() + " as it is; HF_HUB_OFFLINE=1 does not ask it");
                    return otherwise.get();
                }
                throw HubFailures.of(e, repositories, api);
            }
        }
    }

    /// Takes the first repository that the hub has: a mirror may lack the export that the catalogue names, and the
    /// revision may be one of the repository that the user names.
    private static LocalBundle pull(
            List<Repository> repositories, HubApi api, String weights, boolean verify, PullObserver observer)
            throws IOException, ModelException {
        Optional<StatusException> missing = Optional.empty();
        for (Repository repository : repositories) {
            try {
                return new Pull(repository, api, observer).run(weights, verify);
            } catch (StatusException e) {
                if (!e.isMissing() && !e.isUnknownRevision()) {
                    throw e;
                }
                missing = missing.isPresent() ? missing : Optional.of(e);
            } catch (ModelException e) {
                throw missing.filter(StatusException::isUnknownRevision).isPresent()
                        ? HubFailures.ofOtherRevision(repositories, e)
                        : e;
            }
        }
        throw missing.orElseThrow();
    }

    private HubConnection connection(Place place, PullObserver observer) throws ModelException {
        boolean modelScope = place == Place.MODELSCOPE;
        Optional<Token> token = modelScope ? environment.modelScopeToken() : environment.huggingFaceToken();
        Map<String, String> credentials = new HashMap<>();
        token.ifPresent(secret -> credentials.put("Authorization", "Bearer " + secret.reveal()));
        if (modelScope) {
            token.ifPresent(secret -> credentials.put("Cookie", "m_session_id=" + secret.reveal()));
        }
        URI address = modelScope ? environment.modelScope() : environment.huggingFace();
        return new HubConnection(environment, address, credentials, retries, clock, observer::warned);
    }

    private static Optional<LocalBundle> cached(List<Repository> repositories, String weights, boolean recorded)
            throws ModelException {
        for (Repository repository : repositories) {
            Optional<LocalBundle> found = cached(repository, weights, recorded);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// Returns what the cache has of a model.
    ///
    /// @param recorded whether a pull must have recorded that nothing is missing. Without a record, graphs are enough:
    ///                 another program wrote them.
    private static Optional<LocalBundle> cached(Repository repository, String weights, boolean recorded)
            throws ModelException {
        HubCache cache = repository.cache();
        String name = repository.name();
        try {
            Optional<String> state = cache.state(name, repository.revision());
            if (state.isEmpty()) {
                return Optional.empty();
            }
            Path snapshot = cache.snapshot(name, state.get());
            PullRecord record = PullRecord.read(cache, name, state.get());
            List<String> files = record.choices().getOrDefault(repository.choice(weights), List.of());
            boolean complete =
                    !files.isEmpty() && files.stream().allMatch(file -> Files.isRegularFile(snapshot.resolve(file)));
            if (!complete && !recorded) {
                files = chosen(repository, snapshot, weights);
                complete = !files.isEmpty();
            }
            return complete ? Optional.of(Pull.bundle(repository, state.get(), files, record)) : Optional.empty();
        } catch (IOException e) {
            throw new ModelException(
                    "a readable cache " + cache.root(), HubFailures.text(e), "check its permissions", e);
        }
    }

    /// Chooses among the files that a snapshot has; none if they are no model.
    private static List<String> chosen(Repository repository, Path snapshot, String weights) throws IOException {
        try (Stream<Path> files = Files.walk(snapshot, DEEPEST)) {
            NavigableSet<String> names = files.filter(Files::isRegularFile)
                    .map(file -> snapshot.relativize(file).toString().replace(File.separatorChar, '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
            return FileChoice.of(repository.name(), names, repository.subfolder(), weights, Optional.empty())
                    .names();
        } catch (ModelException e) {
            return List.of();
        }
    }
}
