package dev.clipstream.bench;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.BareClient.Document;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Synthetic media for the index benchmark, by number, and the results of exact search among them.
final class BenchDocuments {
    /// The tag of every hundredth medium.
    static final String RARE = "rare";

    static final int RARITY = 100;
    private static final int LABELS = 200;
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final int dimension;
    private final SyntheticVectors vectors;

    /// Creates media.
    ///
    /// @param dimension of the vectors
    BenchDocuments(int dimension) {
        this.dimension = dimension;
        this.vectors = new SyntheticVectors(dimension);
    }

    int dimension() {
        return dimension;
    }

    /// Returns a medium with details and three or four tags, of realistic size.
    Document at(long number) {
        List<IndexedTag> tags = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long label = (number * 7 + i * 31L) % LABELS;
            tags.add(new IndexedTag("label-" + label, "label " + label, 0.9 - 0.2 * i, 0.3 - 0.02 * i));
        }
        if (number % RARITY == 0) {
            tags.add(new IndexedTag(RARE, RARE, 0.3, 0.2));
        }
        return new Document(
                "medium-" + number,
                vectors.at(number),
                new MediaDetails(
                        "https://pictures.example/albums/" + number % 50 + "/" + number + ".jpg",
                        "image/jpeg",
                        640,
                        480,
                        EPOCH.plusSeconds(number),
                        Map.of("album", "album-" + number % 50, "camera", "left")),
                new TagSet("bench", "1", tags));
    }

    /// Returns what the stream writes for a medium.
    static Stream<MediaWrite> writes(Document document) {
        Instant time = document.details().uploadedAt();
        Version version =
                new Version("bench-0", Long.parseLong(document.mediaId().substring("medium-".length())), time);
        return Stream.of(
                new MediaWrite.PutVector(
                        document.mediaId(), version, document.mediaId(), document.vector(), document.details()),
                new MediaWrite.PutTags(document.mediaId(), version, document.mediaId(), document.tags()));
    }

    /// Returns a query vector that belongs to no medium.
    Embedding query(long number) {
        return vectors.at(-1 - number);
    }

    private record Scored(long number, double cosine) {}

    /// Returns the mean recall over the queries from 0 on.
    ///
    /// @param found ids that each query returned
    /// @param size  number of media
    /// @param every restricts the search to numbers divisible by this
    /// @param limit of each query
    double recall(List<Set<String>> found, int size, int every, int limit) {
        List<PriorityQueue<Scored>> best = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            best.add(new PriorityQueue<>(Comparator.comparingDouble(Scored::cosine)));
        }
        List<Embedding> queries =
                IntStream.range(0, found.size()).mapToObj(this::query).toList();
        for (long number = 0; number < size; number += every) {
            Embedding medium = vectors.at(number);
            for (int i = 0; i < queries.size(); i++) {
                PriorityQueue<Scored> heap = best.get(i);
                heap.add(new Scored(number, medium.cosine(queries.get(i))));
                if (heap.size() > limit) {
                    heap.remove();
                }
            }
        }
        double sum = 0;
        for (int i = 0; i < found.size(); i++) {
            Set<String> exact = new HashSet<>();
            best.get(i).forEach(scored -> exact.add("medium-" + scored.number()));
            long hit = exact.stream().filter(found.get(i)::contains).count();
            sum += (double) hit / exact.size();
        }
        return sum / found.size();
    }
}
