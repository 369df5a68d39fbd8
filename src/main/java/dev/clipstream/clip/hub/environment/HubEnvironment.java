package dev.clipstream.clip.hub.environment;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The environment variables that concern model hubs.
///
/// @param variables of the process
/// @param userHome  the user's home folder
public record HubEnvironment(Map<String, String> variables, Path userHome) {
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");
    private static final int LONGEST_TOKEN_FILE = 8192;

    public HubEnvironment {
        variables = Map.copyOf(variables);
    }

    /// Returns the environment of this process.
    public static HubEnvironment ofProcess() {
        return new HubEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    /// Returns the value of the first of several variables that is set; empty if none is, or all are blank.
    public Optional<String> first(String... names) {
        for (String name : names) {
            String value = variables.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /// Returns the address of Hugging Face or of its mirror, without a slash at its end.
    public URI huggingFace() throws ModelException {
        return address("HF_ENDPOINT", "https://huggingface.co");
    }

    /// Returns the address of ModelScope or of its mirror, without a slash at its end.
    public URI modelScope() throws ModelException {
        return address("MODELSCOPE_ENDPOINT", "https://modelscope.cn");
    }

    private URI address(String variable, String usual) throws ModelException {
        String given = first(variable).orElse(usual).replaceAll("/+$", "");
        try {
            URI address = URI.create(given.contains("://") ? given : "https://" + given);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (Set.of("http", "https").contains(scheme)
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // refused below, without the value: it may hold a password
        }
        throw new ModelException(
                "https://HOST[:PORT][/PATH] in " + variable, "another value", "correct it, or unset it for " + usual);
    }

    /// Returns the cache's folder that `huggingface_hub` uses, as an absolute path.
    public Path huggingFaceCache() {
        return first("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")
                .map(this::path)
                .orElseGet(() -> huggingFaceHome().resolve("hub"));
    }

    private Path huggingFaceHome() {
        return first("HF_HOME")
                .map(this::path)
                .orElseGet(() -> first("XDG_CACHE_HOME")
                        .map(this::path)
                        .orElse(userHome.resolve(".cache"))
                        .resolve("huggingface"));
    }

    /// Returns the cache's folder that the client of ModelScope uses, as an absolute path.
    public Path modelScopeCache() {
        return first("MODELSCOPE_CACHE").map(this::path).orElse(userHome.resolve(".cache/modelscope"));
    }

    /// Replaces `~` and variables as the Python clients do.
    private Path path(String value) {
        Matcher matcher = VARIABLE.matcher(value);
        String expanded = matcher.replaceAll(found -> Matcher.quoteReplacement(
                variables.getOrDefault(found.group(1) == null ? found.group(2) : found.group(1), found.group())));
        Path path = expanded.equals("~") || expanded.startsWith("~/")
                ? userHome.resolve(expanded.substring(1).replaceFirst("^/", ""))
                : Path.of(expanded);
        return path.toAbsolutePath().normalize();
    }

    /// Returns the token for Hugging Face, or empty if none is set or `HF_HUB_DISABLE_IMPLICIT_TOKEN` is true.
    public Optional<Token> huggingFaceToken() throws ModelException {
        if (isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            return Optional.empty();
        }
        Optional<String> given = first("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
        if (given.isPresent()) {
            return Optional.of(Token.of(given.get(), "HF_TOKEN"));
        }
        Path file =
                first("HF_TOKEN_PATH").map(this::path).orElse(huggingFaceHome().resolve("token"));
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            String content = Files.size(file) > LONGEST_TOKEN_FILE
                    ? ""
                    : Files.readString(file).strip();
            return content.isEmpty() ? Optional.empty() : Optional.of(Token.of(content, "the file " + file));
        } catch (IOException e) {
            throw new ModelException(
                    "a readable file " + file,
                    e.getClass().getSimpleName(),
                    "check its permissions or set HF_TOKEN",
                    e);
        }
    }

    /// Returns the token for ModelScope, or empty if none is set.
    public Optional<Token> modelScopeToken() throws ModelException {
        Optional<String> given = first("MODELSCOPE_API_TOKEN");
        return given.isEmpty() ? Optional.empty() : Optional.of(Token.of(given.get(), "MODELSCOPE_API_TOKEN"));
    }

    /// Returns the variable that forbids connections to hubs; empty if they are allowed.
    public Optional<String> offline() {
        return isTrue("HF_HUB_OFFLINE")
                ? Optional.of("HF_HUB_OFFLINE")
                : isTrue("TRANSFORMERS_OFFLINE") ? Optional.of("TRANSFORMERS_OFFLINE") : Optional.empty();
    }

    private boolean isTrue(String variable) {
        return first(variable)
                .map(value -> TRUE.contains(value.toUpperCase(Locale.ROOT)))
                .orElse(false);
    }

    /// Returns how long a hub may take to answer a question.
    public Duration answerTimeout() throws ModelException {
        return seconds("HF_HUB_ETAG_TIMEOUT");
    }

    /// Returns how long a download may go on without progress.
    public Duration downloadTimeout() throws ModelException {
        return seconds("HF_HUB_DOWNLOAD_TIMEOUT");
    }

    private Duration seconds(String variable) throws ModelException {
        String value = first(variable).orElse("");
        if (value.isEmpty() || value.equals("0")) {
            return USUAL_TIMEOUT;
        }
        if (!value.matches("[1-9][0-9]{0,4}")) {
            throw new ModelException("seconds, 1 to 99999, in " + variable, "'" + value + "'", "correct it");
        }
        return Duration.ofSeconds(Long.parseLong(value));
    }

    /// Returns the files of certificates that are trusted besides the JDK's, in PEM. Folders of certificates, which
    /// Python takes too, are left out.
    ///
    /// @throws ModelException if a variable names a file that is missing
    public List<Path> certificates() throws ModelException {
        Set<Path> files = new LinkedHashSet<>();
        for (String variable : List.of("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")) {
            Optional<Path> file = first(variable).map(this::path);
            if (file.isPresent() && !Files.exists(file.get())) {
                throw new ModelException(
                        "a file of certificates in PEM in " + variable,
                        "no file " + file.get(),
                        "correct or unset " + variable);
            }
            file.filter(Files::isRegularFile).ifPresent(files::add);
        }
        return List.copyOf(files);
    }
}
