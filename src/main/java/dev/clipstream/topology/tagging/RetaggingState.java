package dev.clipstream.topology.tagging;

import dev.clipstream.tag.LabelsPosition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the store `retagging` holds for a task: the progress, and the last key that is done.
///
/// Its changelog has one partition for each partition of `media.embedded`, and one key, so its newest record is the
/// progress of the partition.
public final class RetaggingState {
    /// Name of the store.
    public static final String STORE = "retagging";

    /// The one key of the store.
    static final byte[] KEY = "progress".getBytes(StandardCharsets.UTF_8);

    private static final byte FORMAT = 1;

    private final RetaggingProgress progress;
    private final byte @Nullable [] cursor;

    /// @param cursor the last key that is done, not changed by anyone; null: none is, or all are
    RetaggingState(RetaggingProgress progress, byte @Nullable [] cursor) {
        this.progress = progress;
        this.cursor = cursor;
    }

    RetaggingProgress progress() {
        return progress;
    }

    byte @Nullable [] cursor() {
        return cursor;
    }

    /// Returns the progress in a value of the store's changelog. Empty: it is of another version of this program.
    ///
    /// @param partition of the changelog
    public static Optional<RetaggingProgress> progress(int partition, byte[] value) {
        return read(partition, value).map(RetaggingState::progress);
    }

    static Optional<RetaggingState> read(int partition, byte[] value) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (in.readByte() != FORMAT) {
                return Optional.empty();
            }
            RetaggingProgress progress = new RetaggingProgress(
                    partition,
                    new LabelsPosition(in.readUTF(), in.readLong()),
                    in.readUTF(),
                    in.readBoolean(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    Instant.ofEpochMilli(in.readLong()),
                    Instant.ofEpochMilli(in.readLong()));
            int length = in.readInt();
            if (length > in.available()) {
                return Optional.empty();
            }
            return Optional.of(new RetaggingState(progress, length < 0 ? null : in.readNBytes(length)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(progress.position().topicId());
            out.writeLong(progress.position().offset());
            out.writeUTF(progress.digest());
            out.writeBoolean(progress.isDone());
            out.writeLong(progress.done());
            out.writeLong(progress.total());
            out.writeLong(progress.published());
            out.writeLong(progress.alerts());
            out.writeLong(progress.startedAt().toEpochMilli());
            out.writeLong(progress.updatedAt().toEpochMilli());
            out.writeInt(cursor == null ? -1 : cursor.length);
            if (cursor != null) {
                out.write(cursor);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory
        }
        return bytes.toByteArray();
    }
}
