package dev.clipstream.runtime.kafka.labels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the last good version of each label set in the instance's state folder.
///
/// Compaction removes a good version as soon as a bad one follows, so that an instance that starts later would have
/// neither. What cannot be read or written is only logged: the topic is the truth.
final class LastGoodLabels {
    private static final Logger LOG = LoggerFactory.getLogger(LastGoodLabels.class);
    private static final int HEADER_BYTES = 2 * Long.BYTES;

    private final Path folder;

    /// @param folder is created when the first version is kept
    LastGoodLabels(Path folder) {
        this.folder = folder;
    }

    void keep(LabelRecord record) {
        byte[] value = record.value();
        if (value == null) {
            return;
        }
        byte[] content = ByteBuffer.allocate(HEADER_BYTES + value.length)
                .putLong(record.offset())
                .putLong(record.at().toEpochMilli())
                .put(value)
                .array();
        try {
            Files.createDirectories(folder);
            Path temporary = Files.createTempFile(folder, "", ".tmp");
            try {
                Files.write(temporary, content);
                Files.move(
                        temporary,
                        file(record.name()),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            LOG.warn("{}: Cannot keep the label set {}: {}", folder, record.name(), e.toString());
        }
    }

    void remove(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException e) {
            LOG.warn("{}: Cannot remove the label set {}: {}", folder, name, e.toString());
        }
    }

    Optional<LabelRecord> find(String name) {
        try {
            byte[] content = Files.readAllBytes(file(name));
            if (content.length <= HEADER_BYTES) {
                return Optional.empty();
            }
            ByteBuffer header = ByteBuffer.wrap(content);
            long offset = header.getLong();
            Instant at = Instant.ofEpochMilli(header.getLong());
            return Optional.of(
                    new LabelRecord(name, Arrays.copyOfRange(content, HEADER_BYTES, content.length), offset, at));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("{}: Cannot read the label set {}: {}", folder, name, e.toString());
            return Optional.empty();
        }
    }

    private Path file(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return folder.resolve(HexFormat.of().formatHex(hash, 0, 16) + ".avro");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected a JDK with SHA-256", e);
        }
    }
}
