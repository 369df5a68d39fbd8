package dev.clipstream.topology.async;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The metadata of a committed offset: what Kafka Streams wrote there, followed by [FinishedOffsets].
///
/// Both are bytes in one Base64 text. Kafka Streams reads its own from the beginning and ignores what follows, so a
/// version that does not know the second part reads the same partition time as before:
///
/// | Bytes | Content |
/// |---|---|
/// | *n* | the metadata of Kafka Streams (`TopicPartitionMetadata`: version, partition time, a map) |
/// | 0 to 13 | what Kafka Streams may leave out and has to be there if something follows: an empty map |
/// | *m* | varints: *n*, committed offset, end - committed, epoch + 1, number of unfinished offsets, distance of each |
/// | 2, 4, 2 | *m*, CRC-32C of all bytes before, `CS` |
///
/// The distance of an offset is that from its predecessor, at first from the committed offset. This one is repeated,
/// because offsets and metadata of different moments must never be combined.
final class CommitMetadata {
    /// Default of the broker's `offset.metadata.max.bytes`, which counts characters.
    static final int MOST_CHARACTERS = 4096;

    /// Bytes that the distances of the unfinished offsets may take. What is left is much more than the rest needs:
    /// Kafka Streams has 9 bytes, as long as no processor adds to its map.
    static final int MOST_OFFSET_BYTES = 2560;

    private static final short MAGIC = ('C' << 8) | 'S';
    private static final int TRAILER = Short.BYTES + Integer.BYTES + Short.BYTES;

    /// The metadata of Kafka Streams without its map.
    private static final byte VERSION = 2;

    private static final int WITHOUT_MAP = Byte.BYTES + Long.BYTES;
    private static final long UNKNOWN_TIME = -1;

    /// @param streams  the metadata as Kafka Streams wrote it
    /// @param finished null: it says nothing about finished offsets of this commit
    record Parts(String streams, @Nullable FinishedOffsets finished) {}

    private CommitMetadata() {}

    /// Returns the metadata of a commit.
    ///
    /// @param streams of Kafka Streams: empty, or Base64
    /// @throws StageFailedException if it does not fit
    static String of(String streams, FinishedOffsets finished) {
        byte[] own;
        try {
            own = Base64.getDecoder().decode(streams);
        } catch (IllegalArgumentException e) {
            throw new StageFailedException(
                    "Expected Base64 as the metadata of a commit, as Kafka Streams writes it, found '" + streams
                            + "'. Use the version of Kafka Streams that comes with this program.",
                    e);
        }
        // varints take at most 10 bytes
        ByteBuffer bytes = ByteBuffer.allocate(
                own.length + WITHOUT_MAP + Integer.BYTES + 10 * (5 + finished.unfinished().length) + TRAILER);
        bytes.put(own);
        if (own.length == 0) {
            bytes.put(VERSION).putLong(UNKNOWN_TIME);
        }
        if (own.length <= WITHOUT_MAP) {
            bytes.putInt(0);
        }
        int start = bytes.position();
        putVarint(bytes, own.length);
        putVarint(bytes, finished.committed());
        putVarint(bytes, finished.end() - finished.committed());
        putVarint(bytes, finished.epoch() + 1L);
        putVarint(bytes, finished.unfinished().length);
        long before = finished.committed();
        for (long offset : finished.unfinished()) {
            putVarint(bytes, offset - before);
            before = offset;
        }
        bytes.putShort((short) (bytes.position() - start));
        bytes.putInt(checksum(bytes.array(), bytes.position())).putShort(MAGIC);
        String text = Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), bytes.position()));
        if (text.length() > MOST_CHARACTERS) {
            throw new StageFailedException(
                    "Expected at most " + MOST_CHARACTERS + " characters of metadata with a committed offset, found "
                            + text.length() + ", of which Kafka Streams wrote " + streams.length()
                            + ". Report a defect.",
                    null);
        }
        return text;
    }

    /// Separates the metadata of a commit. Text of another program is returned as that of Kafka Streams.
    ///
    /// @param committed the offset that it was committed with
    static Parts parse(String metadata, long committed) {
        byte[] all;
        try {
            all = Base64.getDecoder().decode(metadata);
        } catch (IllegalArgumentException e) {
            return new Parts(metadata, null);
        }
        ByteBuffer bytes = ByteBuffer.wrap(all);
        int checked = all.length - Integer.BYTES - Short.BYTES;
        if (checked < Short.BYTES
                || bytes.getShort(all.length - Short.BYTES) != MAGIC
                || bytes.getInt(checked) != checksum(all, checked)) {
            return new Parts(metadata, null);
        }
        int end = checked - Short.BYTES;
        try {
            int start = end - Short.toUnsignedInt(bytes.getShort(end));
            bytes.position(start).limit(end);
            long own = varint(bytes);
            if (own < 0 || own > start) {
                return new Parts(metadata, null);
            }
            FinishedOffsets finished = finished(bytes);
            return new Parts(
                    Base64.getEncoder().encodeToString(Arrays.copyOf(all, (int) own)),
                    finished.committed() == committed ? finished : null);
        } catch (IllegalArgumentException | ArithmeticException | BufferUnderflowException e) {
            return new Parts(metadata, null); // a later version's
        }
    }

    private static FinishedOffsets finished(ByteBuffer bytes) {
        long committed = varint(bytes);
        long end = committed + varint(bytes);
        int epoch = Math.toIntExact(varint(bytes) - 1);
        long count = varint(bytes);
        if (count < 0 || count > bytes.remaining()) {
            throw new IllegalArgumentException(
                    "Expected at most " + bytes.remaining() + " unfinished offsets, found " + count);
        }
        long[] unfinished = new long[(int) count];
        long offset = committed;
        for (int i = 0; i < unfinished.length; i++) {
            offset += varint(bytes);
            unfinished[i] = offset;
        }
        return new FinishedOffsets(committed, end, unfinished, epoch);
    }

    /// Returns the bytes of a number as a varint: seven bits in each, the lowest first.
    static int varintBytes(long number) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(number) + 6) / 7);
    }

    private static void putVarint(ByteBuffer bytes, long number) {
        long left = number;
        while ((left & ~0x7fL) != 0) {
            bytes.put((byte) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        bytes.put((byte) left);
    }

    private static long varint(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("Expected a varint of at most 64 bits, found more");
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
