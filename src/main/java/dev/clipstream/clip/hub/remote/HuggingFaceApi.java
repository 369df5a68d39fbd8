package dev.clipstream.clip.hub.remote;

import dev.clipstream.clip.hub.http.HubConnection;
import dev.clipstream.clip.hub.http.RefusedException;
import dev.clipstream.clip.hub.http.StatusException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The interface of Hugging Face and its mirrors.
///
/// Sizes and checksums come with the list of files, from the tree, or from the headers of a file, whichever a mirror
/// has.
public final class HuggingFaceApi implements HubApi {
    private static final int MOST_PAGES = 200;
    private static final int MOST_FILES = 100_000;
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

    private final HubConnection connection;
    private final Map<String, RemoteFile> described = new ConcurrentHashMap<>();

    /// @param connection closed by the caller
    public HuggingFaceApi(HubConnection connection) {
        this.connection = connection;
    }

    @Override
    public HubConnection connection() {
        return connection;
    }

    @Override
    public String page(String repository) {
        // a mirror has no accounts, so a licence is accepted on the hub itself
        return "https://huggingface.co/" + repository;
    }

    @Override
    public Listing list(String repository, String revision) throws IOException {
        JsonNode model = connection
                .json(URI.create(connection.hub() + "/api/models/" + repository + "/revision/" + encoded(revision)
                        + "?blobs=true"))
                .json();
        String commit = model.path("sha").asString("");
        if (!commit.matches("[0-9a-f]{40}")) {
            throw new RefusedException("Expected a commit of 40 hexadecimal digits as the revision of " + repository
                    + ", found another text");
        }
        NavigableSet<String> names = new TreeSet<>();
        boolean complete = true;
        for (JsonNode file : model.path("siblings")) {
            String name = file.path("rfilename").asString("");
            add(names, name);
            complete &= remember(
                    repository,
                    commit,
                    name,
                    file,
                    file.path("blobId").asString(""),
                    file.path("lfs").path("sha256"));
        }
        if (!complete || names.isEmpty()) {
            names.addAll(tree(repository, commit));
        }
        String type = model.path("config").path("model_type").asString("");
        return new Listing(
                Optional.of(commit),
                names,
                origin(model.path("cardData")),
                type.isEmpty() ? Optional.empty() : Optional.of(type));
    }

    /// Returns the repositories that a repository was made of with the same weights. A fine-tune, an adapter or a merge
    /// has learned other ones than its base.
    private static List<String> origin(JsonNode card) {
        List<String> origin = new ArrayList<>();
        if (!card.path("base_model_relation").asString("quantized").equals("quantized")) {
            return origin;
        }
        JsonNode bases = card.path("base_model");
        for (JsonNode base : bases.isArray() ? bases : List.of(bases)) {
            if (base.isString() && base.stringValue().matches("[A-Za-z0-9][\\w.-]{0,95}/[\\w.-]{1,96}")) {
                origin.add(base.stringValue());
            }
        }
        return origin;
    }

    /// Reads the tree page by page. A mirror without it has the files' headers.
    private NavigableSet<String> tree(String repository, String commit) throws IOException {
        NavigableSet<String> names = new TreeSet<>();
        URI page = URI.create(
                connection.hub() + "/api/models/" + repository + "/tree/" + commit + "?recursive=true&expand=false");
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            HubConnection.Answer answer;
            try {
                answer = connection.json(page);
            } catch (StatusException e) {
                if (e.status() == 404 || e.status() == 405 || e.status() == 501) {
                    return names;
                }
                throw e;
            }
            for (JsonNode file : answer.json()) {
                if (file.path("type").asString("file").equals("file")) {
                    String name = file.path("path").asString("");
                    add(names, name);
                    remember(
                            repository,
                            commit,
                            name,
                            file,
                            file.path("oid").asString(""),
                            file.path("lfs").path("oid"));
                }
            }
            Optional<URI> next = next(answer.headers());
            if (next.isEmpty()) {
                return names;
            }
            page = next.get();
        }
        throw new RefusedException(
                "Expected at most " + MOST_PAGES + " pages of files of " + repository + ", found more");
    }

    private Optional<URI> next(HttpHeaders headers) throws RefusedException {
        Matcher link = NEXT_PAGE.matcher(headers.firstValue("Link").orElse(""));
        if (!link.find()) {
            return Optional.empty();
        }
        try {
            URI next = URI.create(connection.hub() + "/").resolve(link.group(1));
            if (String.valueOf(next.getRawAuthority())
                            .equalsIgnoreCase(connection.hub().getRawAuthority())
                    && connection.hub().getScheme().equalsIgnoreCase(next.getScheme())) {
                return Optional.of(next);
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw new RefusedException(
                "Expected the next page of files on " + connection.hub().getHost() + ", found another address");
    }

    private static void add(NavigableSet<String> names, String name) throws RefusedException {
        if (RemoteFile.isSafe(name)) {
            names.add(name);
        }
        if (names.size() > MOST_FILES) {
            throw new RefusedException("Expected at most " + MOST_FILES + " files in a repository, found more");
        }
    }

    /// @return false if the entry lacks size or checksum
    private boolean remember(
            String repository, String commit, String name, JsonNode file, String blob, JsonNode sha256) {
        if (!RemoteFile.isSafe(name)) {
            return true;
        }
        JsonNode large = file.path("lfs").path("size");
        JsonNode size = large.isIntegralNumber() ? large : file.path("size");
        Optional<Checksum> checksum = Checksum.of(sha256.asString("").toLowerCase(Locale.ROOT))
                .or(() -> Checksum.of(blob.toLowerCase(Locale.ROOT)));
        if (checksum.isEmpty() || !size.isIntegralNumber() || size.longValue() < 0) {
            return false;
        }
        described.put(
                key(repository, commit, name),
                new RemoteFile(name, size.longValue(), checksum.get(), file(repository, commit, name)));
        return true;
    }

    @Override
    public RemoteFile describe(String repository, String revision, Listing listing, String name) throws IOException {
        String commit = listing.commit().orElse(revision);
        RemoteFile known = described.get(key(repository, commit, name));
        if (known != null) {
            return known;
        }
        URI uri = file(repository, commit, name);
        HttpHeaders headers = connection.head(uri);
        Optional<Checksum> checksum = headers.firstValue("X-Linked-Etag")
                .or(() -> headers.firstValue("ETag"))
                .map(etag -> etag.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT))
                .flatMap(Checksum::of);
        String size = headers.firstValue("X-Linked-Size")
                .or(() -> headers.firstValue("Content-Length"))
                .orElse("");
        if (checksum.isEmpty() || !size.matches("\\d{1,15}")) {
            throw new RefusedException("Expected size and checksum of " + name + " of " + repository + " from "
                    + uri.getHost() + ", found none");
        }
        return new RemoteFile(name, Long.parseLong(size), checksum.get(), uri);
    }

    private static String key(String repository, String commit, String name) {
        return repository + "@" + commit + "/" + name;
    }

    @Override
    public URI file(String repository, String revision, String name) {
        String path = Stream.of(name.split("/")).map(HuggingFaceApi::encoded).collect(Collectors.joining("/"));
        return URI.create(connection.hub() + "/" + repository + "/resolve/" + encoded(revision) + "/" + path);
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
