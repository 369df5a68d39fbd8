package dev.clipstream.index.lucene;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagCount;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.rules.Candidate;
import dev.clipstream.index.rules.DimensionCheck;
import dev.clipstream.index.rules.MediaState;
import dev.clipstream.index.rules.Ranking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/// The media of one model in HNSW graphs of Lucene. Vectors are stored unchanged, so cosines are exact; only the
/// choice of candidates is approximate.
///
/// The version of a deleted medium is kept for a time ([LuceneSettings#tombstones()]), so that replayed events do not
/// restore it.
final class LuceneMediaIndex implements MediaIndex {
    private static final Duration PRUNE_EVERY = Duration.ofHours(1);

    private static final String MODEL_ID = "model-id";
    private static final String FINGERPRINT = "model-fingerprint";
    private static final String DIMENSION = "dimension";
    private static final String BORN = "born";
    private static final String FILLING = "filling";

    private final String name;
    private final ModelIdentity model;
    private final IndexFiles files;
    private final LuceneIndexes store;
    private final Clock clock;
    private final DimensionCheck dimension;
    private Instant pruned = Instant.EPOCH;

    private LuceneMediaIndex(String name, ModelIdentity model, IndexFiles files, LuceneIndexes store, Clock clock) {
        this.name = name;
        this.model = model;
        this.files = files;
        this.store = store;
        this.clock = clock;
        this.dimension = new DimensionCheck(name, model);
    }

    /// Creates an index.
    static LuceneMediaIndex create(
            ModelIdentity model, String born, IndexFiles files, LuceneIndexes store, Clock clock) {
        files.note(Map.of(
                MODEL_ID, model.id(),
                FINGERPRINT, model.fingerprint(),
                DIMENSION, Integer.toString(model.dimension()),
                BORN, born,
                FILLING, "true"));
        return new LuceneMediaIndex(IndexName.of(model), model, files, store, clock);
    }

    /// Opens an existing index.
    static LuceneMediaIndex open(IndexFiles files, LuceneIndexes store, Clock clock) {
        Map<String, String> notes = files.notes();
        ModelIdentity model = new ModelIdentity(
                note(notes, MODEL_ID), note(notes, FINGERPRINT), Integer.parseInt(note(notes, DIMENSION)));
        return new LuceneMediaIndex(IndexName.of(model), model, files, store, clock);
    }

    private static String note(Map<String, String> notes, String name) {
        String note = notes.get(name);
        if (note == null) {
            throw new IllegalArgumentException(
                    "Expected an index made by Clipstream in index.path, found one without the user" + " data '" + name
                            + "'. Set index.path to a folder of its own");
        }
        return note;
    }

    String name() {
        return name;
    }

    @Override
    public ModelIdentity model() {
        return model;
    }

    @Override
    public List<WriteOutcome> write(List<MediaWrite> batch) {
        dimension.check(batch);
        synchronized (files) { // no other write between reading the states and writing them
            Map<String, Medium> media =
                    read(batch.stream().map(MediaWrite::mediaId).collect(Collectors.toSet()));
            Set<String> changed = new LinkedHashSet<>();
            List<WriteOutcome> outcomes = new ArrayList<>();
            for (MediaWrite write : batch) {
                Medium medium = media.getOrDefault(write.mediaId(), Medium.NONE);
                Optional<Medium> after = medium.after(write);
                after.ifPresent(newer -> {
                    media.put(write.mediaId(), newer);
                    changed.add(write.mediaId());
                });
                outcomes.add(after.isPresent() ? WriteOutcome.APPLIED : WriteOutcome.STALE);
            }
            if (!changed.isEmpty()) {
                files.write(writer -> put(writer, media, changed));
            }
            return outcomes;
        }
    }

    private int put(IndexWriter writer, Map<String, Medium> media, Set<String> changed) throws IOException {
        Instant now = clock.instant();
        for (String mediaId : changed) {
            Medium medium = media.getOrDefault(mediaId, Medium.NONE);
            writer.updateDocument(Documents.term(mediaId), Documents.of(mediaId, medium.state(), medium.vector(), now));
        }
        if (pruned.plus(PRUNE_EVERY).isBefore(now)) {
            writer.deleteDocuments(Documents.hiddenBefore(now.minus(store.tombstones())));
            pruned = now;
        }
        return changed.size();
    }

    /// A medium with its vector.
    ///
    /// @param vector null if the medium has no vector yet
    private record Medium(MediaState state, @Nullable Embedding vector) {
        static final Medium NONE = new Medium(MediaState.NONE, null);

        Optional<Medium> after(MediaWrite write) {
            return state.after(write)
                    .map(newer -> new Medium(
                            newer,
                            switch (write) {
                                case MediaWrite.PutVector put -> put.vector();
                                case MediaWrite.DeleteVector gone -> null;
                                case MediaWrite.PutTags put -> vector;
                                case MediaWrite.DeleteTags gone -> vector;
                            }));
        }
    }

    private Map<String, Medium> read(Set<String> mediaIds) {
        return files.read(searcher -> {
            Map<String, Medium> media = new HashMap<>();
            for (String mediaId : mediaIds) {
                int document = find(searcher, mediaId);
                if (document >= 0) {
                    media.put(mediaId, new Medium(state(searcher, document), vector(searcher, document)));
                }
            }
            return media;
        });
    }

    private static int find(IndexSearcher searcher, String mediaId) throws IOException {
        TopDocs found = searcher.search(new TermQuery(Documents.term(mediaId)), 1);
        return found.scoreDocs.length == 0 ? -1 : found.scoreDocs[0].doc;
    }

    private static MediaState state(IndexSearcher searcher, int document) throws IOException {
        return StateJson.read(searcher.storedFields()
                .document(document, Set.of(Documents.STATE))
                .get(Documents.STATE));
    }

    private static @Nullable Embedding vector(IndexSearcher searcher, int document) throws IOException {
        List<LeafReaderContext> leaves = searcher.getLeafContexts();
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
        FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Documents.VECTOR);
        if (vectors == null) {
            return null;
        }
        KnnVectorValues.DocIndexIterator at = vectors.iterator();
        return at.advance(document - leaf.docBase) == document - leaf.docBase
                ? Embedding.normalize(vectors.vectorValue(at.index()))
                : null;
    }

    @Override
    public List<MediaHit> nearest(NearestQuery query) {
        dimension.check(query.vector());
        Query filter = query.filter().matchesAll() ? null : Documents.matching(query.filter());
        return files.read(searcher -> {
            List<MediaHit> hits = new ArrayList<>();
            for (Ranked hit : Ranking.page(query, Ranked::mediaId, depth -> ranked(searcher, query, depth, filter))) {
                hits.add(new MediaHit(shown(searcher, hit.document(), hit.mediaId()), hit.cosine()));
            }
            return hits;
        });
    }

    private static Ranking.Found<Ranked> ranked(
            IndexSearcher searcher, NearestQuery query, int depth, @Nullable Query filter) {
        int candidates = Math.max(depth, query.effort());
        List<Ranked> best = new ArrayList<>();
        try {
            float[] vector = query.vector().toArray();
            TopDocs found =
                    searcher.search(new KnnFloatVectorQuery(Documents.VECTOR, vector, candidates, filter), candidates);
            for (ScoreDoc scored : found.scoreDocs) {
                // Lucene scores (1 + cosine) / 2, since no score may be negative
                double cosine = Math.clamp(2.0 * scored.score - 1, -1.0, 1.0);
                if (cosine >= query.minCosine()) {
                    best.add(new Ranked(scored.doc, mediaId(searcher, scored.doc), cosine));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        best.sort(Candidate.BEST_FIRST);
        return new Ranking.Found<>(best, best.size() == candidates);
    }

    private record Ranked(int document, String mediaId, double cosine) implements Candidate {}

    private static String mediaId(IndexSearcher searcher, int document) throws IOException {
        return searcher.storedFields()
                .document(document, Set.of(Documents.MEDIA_ID))
                .get(Documents.MEDIA_ID);
    }

    private static IndexedMedia shown(IndexSearcher searcher, int document, String mediaId) throws IOException {
        return state(searcher, document)
                .shown(mediaId)
                .orElseThrow(() -> new IllegalStateException(
                        "Expected the state of '" + mediaId + "', which has a vector, to be shown, found it deleted"));
    }

    @Override
    public List<IndexedMedia> newest(MediaFilter filter, int offset, int limit) {
        return listed(filter, /* newestFirst */ true, offset, limit);
    }

    @Override
    public List<IndexedMedia> oldest(MediaFilter filter, int offset, int limit) {
        return listed(filter, /* newestFirst */ false, offset, limit);
    }

    private List<IndexedMedia> listed(MediaFilter filter, boolean newestFirst, int offset, int limit) {
        Sort order = new Sort(
                new SortField(Documents.UPLOADED, SortField.Type.LONG, /* reverse */ newestFirst),
                new SortField(Documents.ORDER, SortField.Type.STRING, /* reverse */ !newestFirst));
        return files.read(searcher -> {
            TopDocs found = searcher.search(Documents.matching(filter), Math.addExact(offset, limit), order);
            List<IndexedMedia> media = new ArrayList<>();
            for (ScoreDoc scored : Arrays.stream(found.scoreDocs).skip(offset).toList()) {
                media.add(shown(searcher, scored.doc, mediaId(searcher, scored.doc)));
            }
            return media;
        });
    }

    @Override
    public List<Optional<IndexedMedia>> get(List<String> mediaIds) {
        return files.read(searcher -> {
            List<Optional<IndexedMedia>> media = new ArrayList<>();
            for (String mediaId : mediaIds) {
                int document = find(searcher, mediaId);
                media.add(
                        document < 0
                                ? Optional.empty()
                                : state(searcher, document).shown(mediaId));
            }
            return media;
        });
    }

    @Override
    public Optional<Embedding> vector(String mediaId) {
        return files.read(searcher -> {
            int document = find(searcher, mediaId);
            return document < 0 ? Optional.empty() : Optional.ofNullable(vector(searcher, document));
        });
    }

    @Override
    public long count(MediaFilter filter) {
        return files.read(searcher -> (long) searcher.count(Documents.matching(filter)));
    }

    @Override
    public List<TagCount> tagCounts(MediaFilter filter, int limit) {
        return files.read(searcher -> {
            Query query = searcher.rewrite(Documents.matching(filter));
            Weight weight = searcher.createWeight(query, ScoreMode.COMPLETE_NO_SCORES, 1);
            Map<String, Long> counts = new HashMap<>();
            for (LeafReaderContext leaf : searcher.getLeafContexts()) {
                Scorer matches = weight.scorer(leaf);
                if (matches != null) {
                    countLabels(leaf, matches, counts);
                }
            }
            return counts.entrySet().stream()
                    .map(count -> new TagCount(count.getKey(), count.getValue()))
                    .sorted(TagCount.MOST_FIRST)
                    .limit(limit)
                    .toList();
        });
    }

    private static void countLabels(LeafReaderContext leaf, Scorer matches, Map<String, Long> counts)
            throws IOException {
        SortedSetDocValues labels = DocValues.getSortedSet(leaf.reader(), Documents.LABEL);
        long[] found = new long[Math.toIntExact(labels.getValueCount())];
        var live = leaf.reader().getLiveDocs();
        var documents = matches.iterator();
        for (int document = documents.nextDoc(); document < leaf.reader().maxDoc(); document = documents.nextDoc()) {
            if ((live == null || live.get(document)) && labels.advanceExact(document)) {
                for (int i = 0; i < labels.docValueCount(); i++) {
                    found[Math.toIntExact(labels.nextOrd())]++;
                }
            }
        }
        for (int ord = 0; ord < found.length; ord++) {
            if (found[ord] > 0) {
                counts.merge(labels.lookupOrd(ord).utf8ToString(), found[ord], Long::sum);
            }
        }
    }

    @Override
    public IndexDescription describe() {
        Map<String, String> notes = files.notes();
        return new IndexDescription(
                name,
                model,
                store.isLive(name),
                count(MediaFilter.ALL),
                note(notes, BORN),
                LuceneIndexes.KIND,
                Map.of(
                        "M",
                        Integer.toString(HighDimensionCodec.M),
                        "efConstruction",
                        Integer.toString(HighDimensionCodec.EF_CONSTRUCTION)),
                isFilling(notes),
                "",
                0);
    }

    private static boolean isFilling(Map<String, String> notes) {
        return Boolean.parseBoolean(notes.get(FILLING));
    }

    @Override
    public boolean isFilling() {
        return isFilling(files.notes());
    }

    @Override
    public boolean markFilled() {
        files.note(Map.of(FILLING, "false"));
        return true;
    }

    /// Returns why the last write failed; empty: it succeeded.
    Optional<String> failure() {
        return files.failure();
    }

    void drop() {
        files.drop();
    }

    void close() {
        files.close();
    }
}
