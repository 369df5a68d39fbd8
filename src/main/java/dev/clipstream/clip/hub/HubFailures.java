package dev.clipstream.clip.hub;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.hub.http.RefusedException;
import dev.clipstream.clip.hub.http.StatusException;
import dev.clipstream.clip.hub.remote.HubApi;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;

/// Failures of a pull as refusals: expected, found, what to do.
final class HubFailures {
    private HubFailures() {}

    /// Returns whether a hub was not reached, or did not work, so that what the cache has may do.
    static boolean isUnavailable(IOException failure) {
        return !(failure instanceof StatusException)
                && !(failure instanceof RefusedException)
                && !(failure instanceof FileSystemException);
    }

    /// @param repositories that were tried, the best first
    static ModelException of(IOException failure, List<Repository> repositories, HubApi api) {
        Repository repository = repositories.getFirst();
        String model = repository.name();
        if (failure instanceof StatusException status) {
            return status.isUnknownRevision()
                    ? unknownRevision(status, repositories, api)
                    : of(status, repository, api);
        }
        if (failure instanceof RefusedException || failure instanceof FileSystemException) {
            return new ModelException(
                    "to pull " + model + " into " + folder(repository),
                    text(failure),
                    failure instanceof RefusedException
                            ? "try again; if it stays so, take another hub or mirror (" + variable(repository) + ")"
                            : "check the folder's permissions and its free space, or name another one ("
                                    + cacheVariable(repository) + ")");
        }
        if (failure instanceof SSLHandshakeException) {
            return new ModelException(
                    "a trusted certificate of " + api.connection().hub(),
                    text(failure),
                    "name the certificates of your network's authority, a file in PEM, in REQUESTS_CA_BUNDLE or"
                            + " SSL_CERT_FILE, or, without a network, " + withoutNetwork(repository));
        }
        return new ModelException(
                "an answer from " + api.connection().hub() + " about " + model,
                text(failure),
                "check the network, HTTPS_PROXY and " + variable(repository) + ", or, without a network, "
                        + withoutNetwork(repository));
    }

    private static ModelException of(StatusException status, Repository repository, HubApi api) {
        String model = repository.name();
        String page = api.page(model);
        String found = text(status);
        String token =
                repository.reference().place() == ModelReference.Place.MODELSCOPE ? "MODELSCOPE_API_TOKEN" : "HF_TOKEN";
        if (status.status() == 407) {
            return new ModelException(
                    "a way to " + api.connection().hub() + " through the proxy of HTTPS_PROXY or HTTP_PROXY",
                    found,
                    "name the proxy as http://USER:PASSWORD@HOST:PORT");
        }
        boolean gated = status.code().equals("GatedRepo");
        if (gated || status.status() == 403) {
            return new ModelException(
                    "access to " + model,
                    found,
                    "accept its licence at " + page + ", and set " + token
                            + " to a token of that account which may read it");
        }
        if (api.connection().hasCredentials() && saysWrongToken(status)) {
            return new ModelException(
                    "a valid token for " + api.connection().hub(),
                    found,
                    "set " + token + " to another one, or unset it");
        }
        if (status.status() == 401 || status.code().equals("RepoNotFound") || status.status() == 404) {
            String entry = status.code().equals("EntryNotFound") ? "a file of " : "";
            return new ModelException(
                    entry + model + " on " + api.connection().hub(),
                    found,
                    "correct the name (" + page + "; `clipstream model list` has known ones; a folder's name begins"
                            + " with ./ or /). If it is private or gated, accept its licence there and set " + token
                            + " to a token that may read it");
        }
        return new ModelException(
                "an answer from " + api.connection().hub() + " about " + model, found, "try again later");
    }

    /// Returns whether a hub refuses the token itself. Hugging Face says "Invalid credentials in Authorization header"
    /// then; its "Invalid username or password" is about repositories that do not exist or are hidden.
    private static boolean saysWrongToken(StatusException status) {
        String message = status.serversMessage().orElse("").toLowerCase(Locale.ROOT);
        return status.status() == 401
                && !status.code().equals("RepoNotFound")
                && message.contains("invalid")
                && !message.contains("username or password");
    }

    private static ModelException unknownRevision(StatusException status, List<Repository> repositories, HubApi api) {
        Repository first = repositories.getFirst();
        String names = repositories.stream().map(Repository::name).collect(Collectors.joining(" or "));
        String pin = pin(repositories).map(advice -> ", or " + advice).orElse("");
        return new ModelException(
                "the revision " + first.revision() + " of " + names,
                text(status),
                "name a branch, tag or commit that " + first.name() + " has on "
                        + api.connection().hub() + pin);
    }

    /// Returns the refusal of a repository that has the revision, but cannot be served, while its export has other
    /// revisions.
    static ModelException ofOtherRevision(List<Repository> repositories, ModelException failure) {
        String pin = pin(repositories).map(advice -> advice + "; otherwise ").orElse("");
        return new ModelException(failure.expected(), failure.found(), pin + failure.remedy(), failure);
    }

    /// Returns the advice to name the export itself with a revision of its own; empty if the user did.
    private static Optional<String> pin(List<Repository> repositories) {
        Repository export = repositories.getFirst();
        return export.name().equals(export.reference().name())
                ? Optional.empty()
                : Optional.of("pin its export, " + export.name() + "@REVISION");
    }

    /// Returns the refusal of a model that the cache does not have, where no hub may be asked.
    ///
    /// @param variable that forbids it
    static ModelException offline(Repository repository, String weights, String variable) {
        Path folder = folder(repository);
        return new ModelException(
                "the model " + repository.reference()
                        + (weights.equals(ModelOptions.AUTO) ? "" : " with weights " + weights) + " in " + folder + " ("
                        + variable
                        + " forbids pulling it)",
                Files.isDirectory(folder) ? "no complete one at this revision" : "no such folder",
                withoutNetwork(repository));
    }

    private static String withoutNetwork(Repository repository) {
        Path folder = folder(repository);
        return "run `clipstream model pull " + repository.reference() + "` on a connected machine and copy the folder "
                + folder.getFileName() + " from its cache to " + folder
                + " (cp -a keeps its links), or copy config.json, preprocessor_config.json, tokenizer.json and the .onnx"
                + " files of the weights with their data files into a folder of their own and name that folder"
                + " (docs/models.md)";
    }

    private static Path folder(Repository repository) {
        return repository.cache().repository(repository.name());
    }

    private static String variable(Repository repository) {
        return repository.reference().place() == ModelReference.Place.MODELSCOPE
                ? "MODELSCOPE_ENDPOINT"
                : "HF_ENDPOINT";
    }

    private static String cacheVariable(Repository repository) {
        return repository.reference().place() == ModelReference.Place.MODELSCOPE ? "MODELSCOPE_CACHE" : "HF_HUB_CACHE";
    }

    /// Returns a failure's text; the JDK gives those of connections without one.
    static String text(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "an unknown host";
            }
            String text = cause.getMessage();
            boolean repeated =
                    cause.getCause() != null && cause.getCause().toString().equals(text);
            if (text != null && !repeated && !text.equals(cause.getClass().getSimpleName())) {
                boolean ours = cause instanceof StatusException || cause instanceof RefusedException;
                return ours ? text : cause.getClass().getSimpleName() + ": " + text;
            }
        }
        return failure instanceof ConnectException
                ? "no connection"
                : failure.getClass().getSimpleName();
    }
}
