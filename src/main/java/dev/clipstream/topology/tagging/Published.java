package dev.clipstream.topology.tagging;

import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.SetTags;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What was written of a medium: its tags, and the standing queries that it has matched. The store `published` keeps
/// it, so that only tags that differ are written again and no alert is written twice.
///
/// Of a tag, it holds a hash of its label set, label, name and narrower label, and its probability. A version of a
/// label set is not part of it, because a new version that tags a medium alike is no reason to write it again.
/// Immutable.
final class Published {
    /// Two probabilities that differ by more are different results.
    static final double TOLERANCE = 0.001;

    private static final byte FORMAT = 1;
    private static final int TAG_BYTES = Long.BYTES + Float.BYTES;

    /// Nothing was written, or it is not known what.
    static final Published NOTHING = new Published(false, 0, new long[0], new float[0], Set.of());

    private final boolean isKnown;
    private final int vector;
    private final long[] labels;
    private final float[] probabilities;
    private final Set<Long> alerts;

    private Published(boolean isKnown, int vector, long[] labels, float[] probabilities, Set<Long> alerts) {
        this.isKnown = isKnown;
        this.vector = vector;
        this.labels = labels;
        this.probabilities = probabilities;
        this.alerts = alerts;
    }

    /// Returns what is written of a medium.
    ///
    /// @param event  the value of `media.embedded` that was tagged
    /// @param alerts that the medium has matched, see [#alert]
    static Published of(byte[] event, List<SetTags> tags, Set<Long> alerts) {
        int count = tags.stream().mapToInt(set -> set.tags().size()).sum();
        long[] labels = new long[count];
        float[] probabilities = new float[count];
        int place = 0;
        for (SetTags set : tags) {
            for (ScoredLabel tag : set.tags()) {
                labels[place] =
                        hash(set.set().name(), tag.labelId(), tag.displayName(), String.valueOf(tag.derivedFrom()));
                probabilities[place++] = (float) tag.probability();
            }
        }
        return new Published(true, checksum(event), labels, probabilities, Set.copyOf(alerts));
    }

    /// Returns the same tags with other alerts, because only these were written.
    Published with(Set<Long> other) {
        return new Published(isKnown, vector, labels, probabilities, Set.copyOf(other));
    }

    /// Returns the standing queries that the medium has matched.
    Set<Long> alerts() {
        return alerts;
    }

    /// Returns the identity of a standing query: a hash of its name.
    static long alert(String name) {
        return hash(name);
    }

    /// Returns whether a reader would see the same tags. False if one of the two is not known.
    boolean tagsLike(Published other) {
        if (!isKnown || !other.isKnown || vector != other.vector || !Arrays.equals(labels, other.labels)) {
            return false;
        }
        for (int i = 0; i < probabilities.length; i++) {
            if (!(Math.abs(probabilities[i] - other.probabilities[i]) <= TOLERANCE)) {
                return false;
            }
        }
        return true;
    }

    /// Reads a value of the store.
    ///
    /// @param value null, or of another version of this program: nothing is known
    static Published read(byte @Nullable [] value) {
        if (value == null) {
            return NOTHING;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(value);
            if (bytes.get() != FORMAT) {
                return NOTHING;
            }
            boolean isKnown = bytes.get() != 0;
            int vector = bytes.getInt();
            int count = Short.toUnsignedInt(bytes.getShort());
            long[] labels = new long[count];
            float[] probabilities = new float[count];
            for (int i = 0; i < count; i++) {
                labels[i] = bytes.getLong();
                probabilities[i] = bytes.getFloat();
            }
            Set<Long> alerts = new HashSet<>();
            while (bytes.hasRemaining()) {
                alerts.add(bytes.getLong());
            }
            return new Published(isKnown, vector, labels, probabilities, Set.copyOf(alerts));
        } catch (BufferUnderflowException e) {
            return NOTHING;
        }
    }

    byte[] write() {
        ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length * TAG_BYTES + alerts.size() * Long.BYTES);
        bytes.put(FORMAT).put((byte) (isKnown ? 1 : 0)).putInt(vector).putShort((short) labels.length);
        for (int i = 0; i < labels.length; i++) {
            bytes.putLong(labels[i]).putFloat(probabilities[i]);
        }
        alerts.stream().sorted().forEach(bytes::putLong);
        return bytes.array();
    }

    /// Returns the hash of some texts: FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/) over their UTF-8
    /// bytes, each followed by a byte that UTF-8 does not have.
    private static long hash(String... texts) {
        long hash = 0xcbf29ce484222325L;
        for (String text : texts) {
            for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
            }
            hash = (hash ^ 0xff) * 0x100000001b3L;
        }
        return hash;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }
}
