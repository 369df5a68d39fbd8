package dev.clipstream.index.tck;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Media for tests of an index. Version n of a medium belongs to its upload n, one minute after the one before.
public final class TestMedia {
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private TestMedia() {}

    public static ModelIdentity model(String id, char digit, int dimension) {
        return new ModelIdentity(id, String.valueOf(digit).repeat(64), dimension);
    }

    public static Version version(long number) {
        return new Version("media-0", number, NOON.plusSeconds(60 * number));
    }

    /// Returns the version of a record of an upload, which may be replayed.
    ///
    /// @param record its number among the records
    /// @param upload the number of the upload
    public static Version replay(int record, int upload) {
        return new Version("media-0", record, version(upload).time(), new Version.Upload("uploads-0", upload));
    }

    public static MediaDetails details(int number) {
        return new MediaDetails(
                "https://example.org/" + number + ".jpg",
                "image/jpeg",
                640,
                480,
                NOON.plusSeconds(number),
                Map.of("album", "summer"));
    }

    public static MediaWrite vector(String id, int number, double... direction) {
        return vector(id, version(number), "u" + number, direction);
    }

    public static MediaWrite vector(String id, Version version, String source, double... direction) {
        return new MediaWrite.PutVector(
                id, version, source, direction(direction), details(Math.toIntExact(version.offset())));
    }

    /// @param tags label ids and probabilities alternating
    public static MediaWrite tags(String id, int number, Object... tags) {
        return new MediaWrite.PutTags(id, version(number), "u" + number, tagSet(tags));
    }

    public static MediaWrite deleteVector(String id, int number) {
        return new MediaWrite.DeleteVector(id, version(number));
    }

    public static MediaWrite deleteTags(String id, int number) {
        return new MediaWrite.DeleteTags(id, version(number));
    }

    /// @param tags label ids and probabilities alternating
    public static TagSet tagSet(Object... tags) {
        List<IndexedTag> set = new ArrayList<>();
        for (int i = 0; i < tags.length; i += 2) {
            set.add(new IndexedTag((String) tags[i], "the " + tags[i], (Double) tags[i + 1], 0.25));
        }
        return new TagSet("everyday", "3", set);
    }

    public static Embedding direction(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return Embedding.normalize(floats);
    }

    /// Returns a vector near one of fifty directions, like images of fifty subjects.
    public static Embedding clustered(Random random, int dimension) {
        Random centre = new Random(random.nextInt(50));
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = (float) (centre.nextGaussian() + 0.7 * random.nextGaussian());
        }
        return Embedding.normalize(values);
    }
}
