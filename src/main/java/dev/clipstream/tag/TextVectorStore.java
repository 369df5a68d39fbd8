package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncoder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the vectors of prompts on disk, so that each prompt is encoded once for each model, also across restarts.
///
/// A folder for each fingerprint of a model holds files that are written once: a file is written under a temporary name
/// and renamed, so that a killed process leaves no half of one, and each vector has a checksum. A file holds up to 256
/// vectors at first; when there are more than 16, they become one. Several processes may use a folder at the same time;
/// the worst that happens is that two of them encode the same prompt. All folders together keep at most a number of
/// bytes; the files that were written first go first.
///
/// The store is a cache: a folder that cannot be read or written is logged once, and the prompts are encoded. Safe for
/// use by many threads.
public final class TextVectorStore {
    private static final Logger LOG = LoggerFactory.getLogger(TextVectorStore.class);

    /// The usual name of the folder, which is in the folder of an instance's state.
    public static final String FOLDER = "text-vectors";

    /// 130,000 vectors of 512 values.
    private static final long MAX_BYTES = 256L << 20;

    /// Vectors that are encoded before they are written: what a killed process encodes again.
    private static final int CHUNK = 256;

    private static final int MAX_FILES = 16;
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);
    private static final String SUFFIX = ".vectors";
    private static final String TEMPORARY = ".tmp";
    private static final int MAGIC = 0x43_53_54_56; // CSTV
    private static final int HASH_BYTES = 32;

    private final Path folder;
    private final long maxBytes;
    private final Clock clock;
    private volatile boolean broken;

    /// @param folder is created when the first vector is written
    /// @param clock  tells which temporary files are old
    public TextVectorStore(Path folder, Clock clock) {
        this(folder, MAX_BYTES, clock);
    }

    /// @param maxBytes that all files may have together; those of the last write are kept in any case
    TextVectorStore(Path folder, long maxBytes, Clock clock) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /// Returns an encoder that encodes only texts that the store does not have, and stores their vectors.
    ///
    /// The encoder throws a [CancellationException] if its thread is interrupted.
    ///
    /// @param model   that the encoder belongs to
    /// @param encoder a text tower; used by the threads that call the returned encoder
    public TextEncoder encoder(ModelIdentity model, TextEncoder encoder) {
        return new TextEncoder() {
            @Override
            public List<Embedding> encode(List<String> texts) {
                return TextVectorStore.this.encode(texts, model, encoder);
            }

            @Override
            public boolean cuts(String text) {
                return encoder.cuts(text);
            }
        };
    }

    private List<Embedding> encode(List<String> texts, ModelIdentity model, TextEncoder encoder) {
        Map<String, Embedding> vectors = find(new LinkedHashSet<>(texts), model);
        List<String> unknown = texts.stream()
                .distinct()
                .filter(text -> !vectors.containsKey(text))
                .toList();
        for (int from = 0; from < unknown.size(); from += CHUNK) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException(
                        "Interrupted before " + (unknown.size() - from) + " prompts were encoded");
            }
            List<String> chunk = unknown.subList(from, Math.min(from + CHUNK, unknown.size()));
            List<Embedding> encoded = encoder.encode(chunk);
            if (encoded.size() != chunk.size()) {
                throw new IllegalArgumentException("Expected one vector for each of " + chunk.size()
                        + " prompts, found " + encoded.size() + ". Check the text encoder.");
            }
            Map<String, Embedding> written = new LinkedHashMap<>();
            for (int i = 0; i < encoded.size(); i++) {
                written.put(chunk.get(i), encoded.get(i));
            }
            vectors.putAll(written);
            store(written, model);
        }
        return texts.stream()
                .map(text -> Objects.requireNonNull(vectors.get(text)))
                .toList();
    }

    private Map<String, Embedding> find(Set<String> texts, ModelIdentity model) {
        Map<ByteBuffer, String> wanted = new HashMap<>();
        texts.forEach(text -> wanted.put(hash(text), text));
        Map<String, Embedding> found = new HashMap<>();
        try {
            for (Path file : newestFirst(folder(model))) {
                if (found.size() == texts.size()) {
                    break;
                }
                read(file, model.dimension(), (hash, vector) -> {
                    String text = wanted.get(hash);
                    if (text != null) {
                        found.put(text, Embedding.fromLittleEndian(vector));
                    }
                });
            }
        } catch (DirectoryIteratorException e) {
            failed(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            failed(e);
        }
        return found;
    }

    private void store(Map<String, Embedding> vectors, ModelIdentity model) {
        Map<ByteBuffer, ByteBuffer> records = new LinkedHashMap<>();
        vectors.forEach((text, vector) -> {
            if (vector.dimension() == model.dimension()) {
                records.put(hash(text), vector.toLittleEndian());
            }
        });
        try {
            Path home = Files.createDirectories(folder(model));
            write(home, records, model.dimension());
            if (newestFirst(home).size() > MAX_FILES) {
                merge(home, model.dimension());
            }
            prune();
            broken = false;
        } catch (DirectoryIteratorException e) {
            failed(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            failed(e);
        }
    }

    /// Replaces the files of a model by one, which is there before the others go.
    private static void merge(Path home, int dimension) throws IOException {
        List<Path> files = newestFirst(home);
        Map<ByteBuffer, ByteBuffer> all = new LinkedHashMap<>();
        for (Path file : files) {
            read(file, dimension, all::putIfAbsent);
        }
        Path merged = write(home, all, dimension);
        for (Path file : files) {
            if (!file.equals(merged)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// Deletes the files that were written first until the rest is small enough, and what killed processes left behind.
    private void prune() throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> models = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path home : models) {
                all.addAll(newestFirst(home));
                try (DirectoryStream<Path> temporary = Files.newDirectoryStream(home, "*" + TEMPORARY)) {
                    for (Path file : temporary) {
                        if (modified(file).toInstant().isBefore(clock.instant().minus(LEFT_BEHIND))) {
                            Files.deleteIfExists(file);
                        }
                    }
                }
            }
        }
        List<Path> files = sorted(all);
        long bytes = 0;
        for (int i = 0; i < files.size(); i++) {
            try {
                bytes += Files.size(files.get(i));
            } catch (NoSuchFileException merged) {
                continue; // by another process
            }
            if (i > 0 && bytes > maxBytes) {
                Files.deleteIfExists(files.get(i));
            }
        }
    }

    private interface Visitor {
        /// @param vector little-endian float32 values
        void saw(ByteBuffer hash, ByteBuffer vector);
    }

    /// Reads a file; a damaged record and what follows it are skipped.
    private static void read(Path file, int dimension, Visitor visitor) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC || in.readInt() != dimension) {
                return;
            }
            for (int left = in.readInt(); left > 0; left--) {
                byte[] record = in.readNBytes(HASH_BYTES + dimension * Float.BYTES);
                if (crc(record) != in.readInt()) {
                    return;
                }
                visitor.saw(
                        ByteBuffer.wrap(record, 0, HASH_BYTES).slice(),
                        ByteBuffer.wrap(record, HASH_BYTES, record.length - HASH_BYTES)
                                .slice()
                                .order(ByteOrder.LITTLE_ENDIAN));
            }
        } catch (EOFException | NoSuchFileException shortOrMerged) {
            LOG.debug("The file of text vectors {} ends early, or another process merged it", file, shortOrMerged);
        }
    }

    private static Path write(Path home, Map<ByteBuffer, ByteBuffer> records, int dimension) throws IOException {
        Path temporary = Files.createTempFile(home, "", TEMPORARY);
        MessageDigest content = sha256();
        try {
            try (OutputStream file = Files.newOutputStream(temporary);
                    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(file, 1 << 16))) {
                out.writeInt(MAGIC);
                out.writeInt(dimension);
                out.writeInt(records.size());
                for (Map.Entry<ByteBuffer, ByteBuffer> one : records.entrySet()) {
                    byte[] record = new byte[HASH_BYTES + dimension * Float.BYTES];
                    one.getKey().duplicate().get(record, 0, HASH_BYTES);
                    one.getValue().duplicate().get(record, HASH_BYTES, record.length - HASH_BYTES);
                    content.update(record);
                    out.write(record);
                    out.writeInt(crc(record));
                }
            }
            Path file = home.resolve(HexFormat.of().formatHex(content.digest(), 0, 16) + SUFFIX);
            return Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static List<Path> newestFirst(Path home) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(home, "*" + SUFFIX)) {
            found.forEach(files::add);
        } catch (NoSuchFileException none) {
            return List.of();
        }
        return sorted(files);
    }

    /// A file, and when it was written.
    private record Dated(Path file, FileTime at) {}

    /// Returns files, the newest first. Reads each time once: another process may delete a file meanwhile, and an order
    /// that changes makes the sort fail.
    private static List<Path> sorted(List<Path> files) {
        return files.stream()
                .map(file -> new Dated(file, modified(file)))
                .sorted(Comparator.comparing(Dated::at).reversed())
                .map(Dated::file)
                .toList();
    }

    /// Returns when a file was written; long ago if another process deleted it meanwhile.
    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private Path folder(ModelIdentity model) {
        return folder.resolve(model.fingerprint());
    }

    private void failed(IOException failure) {
        if (!broken) {
            LOG.warn(
                    "{}: Expected a folder that text vectors can be kept in, found {}. Prompts are encoded again at each"
                            + " start. Make it writable, or set kafka.state.dir to another folder",
                    folder,
                    failure.toString());
        }
        broken = true;
    }

    private static int crc(byte[] record) {
        CRC32 crc = new CRC32();
        crc.update(record);
        return (int) crc.getValue();
    }

    private static ByteBuffer hash(String text) {
        return ByteBuffer.wrap(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected a JDK with SHA-256", e);
        }
    }
}
