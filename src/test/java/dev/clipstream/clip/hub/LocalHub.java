package dev.clipstream.clip.hub;

import dev.clipstream.fetch.LoopbackServer;
import dev.clipstream.fetch.LoopbackServer.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A model hub on a loopback address that speaks the paths of Hugging Face: repositories with revisions, Git LFS files
/// on a storage host of its own, gated repositories, and whatever faults a test adds.
///
/// The storage host refuses requests with a token, as Amazon's does.
public final class LocalHub implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Repository(String commit, Map<String, byte[]> files, List<String> origin) {}

    private record Fault(Predicate<String> request, Answer answer) {}

    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final Map<String, Repository> revisions = new ConcurrentHashMap<>();
    private final Map<String, String> relations = new ConcurrentHashMap<>();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Map<String, String> gates = new ConcurrentHashMap<>();
    private final LoopbackServer hub;
    private final LoopbackServer storage;
    private volatile Listing listing = Listing.TREE;

    /// Where a hub tells sizes and checksums.
    public enum Listing {
        /// In the tree, page by page.
        TREE,
        /// In the list of files.
        BLOBS,
        /// In the headers of each file.
        HEADERS
    }

    public LocalHub() throws IOException {
        storage = LoopbackServer.start(this::store);
        hub = LoopbackServer.start(this::answer);
    }

    /// Serves folders until it is killed: arguments are `ORG/NAME=FOLDER`.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        LocalHub hub = new LocalHub();
        for (String argument : arguments) {
            hub.add(argument.replaceFirst("=.*", ""), Path.of(argument.replaceFirst(".*=", "")));
        }
        System.out.println(hub.address());
        Thread.currentThread().join();
    }

    public URI address() {
        return URI.create(hub.uri(""));
    }

    /// Adds a repository, or gives it a new commit.
    public void add(String id, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                put(id, folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    /// Adds a file, which makes a new commit.
    public void put(String id, String path, byte[] content) {
        Map<String, byte[]> files = new TreeMap<>(files(id));
        files.put(path, content);
        if (isLarge(path, content)) {
            blobs.put(sha256(content), content);
        }
        commit(id, files);
    }

    /// Removes a file, which makes a new commit.
    public void remove(String id, String path) {
        Map<String, byte[]> files = new TreeMap<>(files(id));
        files.remove(path);
        commit(id, files);
    }

    private void commit(String id, Map<String, byte[]> files) {
        StringBuilder all = new StringBuilder(id);
        files.forEach((name, bytes) -> all.append(name).append(sha256(bytes)));
        List<String> origin =
                repositories.containsKey(id) ? repositories.get(id).origin() : List.of();
        Repository repository = new Repository(gitBlob(all.toString().getBytes(StandardCharsets.UTF_8)), files, origin);
        repositories.put(id, repository);
        revisions.put(id + "@" + repository.commit(), repository);
    }

    /// Gives the present commit of a repository another name, such as a tag or a pull request.
    public void name(String id, String revision) {
        revisions.put(id + "@" + revision, repository(id));
    }

    /// Says in a repository's card how it was made of its base models.
    public void setRelation(String id, String relation) {
        relations.put(id, relation);
    }

    /// Says in a repository's card which ones it was made of.
    public void setOrigin(String id, String... others) {
        Repository repository = repository(id);
        Repository made = new Repository(repository.commit(), repository.files(), List.of(others));
        repositories.put(id, made);
        revisions.put(id + "@" + made.commit(), made);
    }

    private Map<String, byte[]> files(String id) {
        Repository repository = repositories.get(id);
        return repository == null ? Map.of() : repository.files();
    }

    public String commit(String id) {
        return repository(id).commit();
    }

    private Repository repository(String id) {
        return Objects.requireNonNull(repositories.get(id), id);
    }

    public void list(Listing where) {
        listing = where;
    }

    /// Lets only this token read the files of a repository.
    public void gate(String id, String token) {
        gates.put(id, token);
    }

    /// Answers requests that match in another way, at the hub and at the storage host; the newest fault comes first.
    public void fault(Predicate<String> request, Answer answer) {
        faults.addFirst(new Fault(request, answer));
    }

    /// Answers the first requests that match in another way.
    public void faultOnce(Predicate<String> request, int times, Answer answer) {
        List<String> seen = new CopyOnWriteArrayList<>();
        fault(
                line -> {
                    boolean matches = request.test(line) && seen.size() < times;
                    if (matches) {
                        seen.add(line);
                    }
                    return matches;
                },
                answer);
    }

    public void heal() {
        faults.clear();
    }

    /// Returns the requests to the hub, with their headers.
    public List<String> requests() {
        return hub.requests();
    }

    /// Returns the requests to the storage host, with their headers.
    public List<String> storageRequests() {
        return storage.requests();
    }

    /// Returns the bytes that both hosts sent.
    public long sent() {
        return hub.sent() + storage.sent();
    }

    public Set<String> names(String id) {
        return files(id).keySet();
    }

    public byte[] content(String id, String path) {
        return Objects.requireNonNull(files(id).get(path), path);
    }

    private Optional<Answer> fault(String request) {
        return faults.stream()
                .filter(fault -> fault.request().test(request))
                .map(Fault::answer)
                .findFirst();
    }

    private void answer(String request, int count, OutputStream out) throws IOException, InterruptedException {
        Optional<Answer> fault = fault(request);
        if (fault.isPresent()) {
            fault.get().to(request, count, out);
            return;
        }
        String[] line = request.split(" ", 3);
        String path = line[1].replaceFirst("\\?.*", "");
        String[] parts = path.substring(1).split("/");
        if (path.startsWith("/api/models/") && parts.length >= 6) {
            api(request, parts, out);
        } else if (parts.length >= 5 && parts[2].equals("resolve")) {
            String name = decoded(String.join("/", List.of(parts).subList(4, parts.length)));
            resolve(request, parts[0] + "/" + parts[1], decoded(parts[3]), name, out);
        } else {
            LoopbackServer.status(404).to(request, count, out);
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    private Optional<String> refusal(String id, String revision) {
        if (!repositories.containsKey(id)) {
            return Optional.of("401 Unauthorized\r\nX-Error-Code: RepoNotFound");
        }
        return revision.equals("main") || revisions.containsKey(id + "@" + revision)
                ? Optional.empty()
                : Optional.of("404 Not Found\r\nX-Error-Code: RevisionNotFound");
    }

    private Repository at(String id, String revision) {
        return revision.equals("main")
                ? repository(id)
                : Objects.requireNonNull(revisions.get(id + "@" + revision), id);
    }

    private void api(String request, String[] parts, OutputStream out) throws IOException {
        String id = parts[2] + "/" + parts[3];
        Optional<String> refusal = refusal(id, decoded(parts[5]));
        if (refusal.isPresent()) {
            respond(out, request, refusal.get(), new byte[0]);
            return;
        }
        boolean tree = parts[4].equals("tree");
        if (tree && listing == Listing.HEADERS) {
            respond(out, request, "404 Not Found", new byte[0]);
        } else if (tree) {
            tree(request, id, decoded(parts[5]), out);
        } else {
            Repository repository = at(id, decoded(parts[5]));
            ObjectNode model = JSON.createObjectNode().put("id", id).put("sha", repository.commit());
            byte[] configuration = repository.files().get("config.json");
            if (configuration != null && configuration.length > 1) {
                model.set("config", JSON.readTree(configuration));
            }
            ObjectNode card = model.putObject("cardData");
            ArrayNode bases = card.putArray("base_model");
            repository.origin().forEach(bases::add);
            if (relations.containsKey(id)) {
                card.put("base_model_relation", relations.get(id));
            }
            ArrayNode siblings = model.putArray("siblings");
            repository.files().forEach((name, content) -> {
                ObjectNode file = siblings.addObject().put("rfilename", name);
                if (listing == Listing.BLOBS) {
                    file.put("size", content.length).put("blobId", gitBlob(content));
                    if (isLarge(name, content)) {
                        file.putObject("lfs").put("sha256", sha256(content)).put("size", content.length);
                    }
                }
            });
            respond(out, request, "200 OK", JSON.writeValueAsBytes(model));
        }
    }

    /// Two files on each page.
    private void tree(String request, String id, String revision, OutputStream out) throws IOException {
        Map<String, byte[]> files = at(id, revision).files();
        List<String> names = new ArrayList<>(files.keySet());
        int from =
                request.contains("cursor=") ? Integer.parseInt(request.replaceFirst("(?s).*cursor=(\\d+).*", "$1")) : 0;
        ArrayNode page = JSON.createArrayNode();
        for (String name : names.subList(from, Math.min(from + 2, names.size()))) {
            byte[] content = Objects.requireNonNull(files.get(name), name);
            ObjectNode file = page.addObject()
                    .put("type", "file")
                    .put("path", name)
                    .put("size", content.length)
                    .put("oid", gitBlob(content));
            if (isLarge(name, content)) {
                file.putObject("lfs")
                        .put("oid", sha256(content))
                        .put("size", content.length)
                        .put("pointerSize", 134);
            }
        }
        String next = from + 2 < names.size()
                ? "\r\nLink: <" + address() + "/api/models/" + id + "/tree/" + revision + "?recursive=true&cursor="
                        + (from + 2) + ">; rel=\"next\""
                : "";
        respond(out, request, "200 OK" + next, JSON.writeValueAsBytes(page));
    }

    private void resolve(String request, String id, String revision, String name, OutputStream out) throws IOException {
        Optional<String> refusal = refusal(id, revision);
        if (refusal.isPresent()) {
            respond(out, request, refusal.get(), new byte[0]);
            return;
        }
        Repository repository = at(id, revision);
        byte[] content = repository.files().get(name);
        String gate = gates.get(id);
        if (gate != null && !header(request, "authorization").equals("Bearer " + gate)) {
            boolean unknown = header(request, "authorization").isEmpty();
            respond(
                    out,
                    request,
                    (unknown ? "401 Unauthorized" : "403 Forbidden")
                            + "\r\nX-Error-Code: GatedRepo\r\nX-Error-Message: Access to model " + id
                            + " is restricted.",
                    new byte[0]);
        } else if (content == null) {
            respond(
                    out,
                    request,
                    "404 Not Found\r\nX-Error-Code: EntryNotFound\r\nX-Repo-Commit: " + repository.commit(),
                    new byte[0]);
        } else if (isLarge(name, content)) {
            respond(
                    out,
                    request,
                    "302 Found\r\nLocation: " + storage.uri("/" + sha256(content) + "?signed=1") + "\r\nX-Repo-Commit: "
                            + repository.commit() + "\r\nX-Linked-Etag: \"" + sha256(content) + "\"\r\nX-Linked-Size: "
                            + content.length + "\r\nETag: \"" + gitBlob(content) + "\"",
                    new byte[0]);
        } else {
            part(
                    request,
                    "X-Repo-Commit: " + repository.commit() + "\r\nETag: \"" + gitBlob(content) + "\"",
                    content,
                    out);
        }
    }

    private void store(String request, int count, OutputStream out) throws IOException, InterruptedException {
        Optional<Answer> fault = fault(request);
        byte[] content = blobs.get(request.replaceFirst("(?s)^\\w+ /(\\w+).*", "$1"));
        if (fault.isPresent()) {
            fault.get().to(request, count, out);
        } else if (!header(request, "authorization").isEmpty()) {
            respond(out, request, "400 Bad Request\r\nX-Error-Message: only one way to authenticate", new byte[0]);
        } else if (content == null) {
            respond(out, request, "404 Not Found", new byte[0]);
        } else {
            part(request, "ETag: \"storage\"", content, out);
        }
    }

    /// Answers with a content, or the part of it that is asked for.
    public static void part(String request, String headers, byte[] content, OutputStream out) throws IOException {
        String range = header(request, "range");
        if (range.isEmpty()) {
            respond(out, request, "200 OK\r\n" + headers, content);
            return;
        }
        String[] ends = range.replace("bytes=", "").split("-", -1);
        int from = Integer.parseInt(ends[0]);
        int to = ends[1].isEmpty() ? content.length - 1 : Math.min(Integer.parseInt(ends[1]), content.length - 1);
        if (from >= content.length) {
            respond(out, request, "416 Too Far\r\nContent-Range: bytes */" + content.length, new byte[0]);
            return;
        }
        byte[] part = Arrays.copyOfRange(content, from, to + 1);
        respond(
                out,
                request,
                "206 Partial Content\r\n" + headers + "\r\nContent-Range: bytes " + from + "-" + to + "/"
                        + content.length,
                part);
    }

    private static void respond(OutputStream out, String request, String head, byte[] body) throws IOException {
        LoopbackServer.write(out, "HTTP/1.1 " + head + "\r\nContent-Length: " + body.length + "\r\n\r\n");
        if (!request.startsWith("HEAD")) {
            out.write(body);
        }
    }

    public static String header(String request, String name) {
        return request.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static boolean isLarge(String name, byte[] content) {
        return name.endsWith(".onnx") || name.endsWith(".safetensors") || content.length > 100_000;
    }

    public static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(content));
    }

    public static String gitBlob(byte[] content) {
        MessageDigest digest = digest("SHA-1");
        digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest.digest(content));
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        hub.close();
        storage.close();
    }
}
