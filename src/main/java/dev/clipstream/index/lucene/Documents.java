package dev.clipstream.index.lucene;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.rules.FilterTokens;
import dev.clipstream.index.rules.MediaState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// Maps media to Lucene documents, and filters to queries over them.
///
/// Each medium has one document: `key` finds it, `state` is its [MediaState] in JSON. The document of a medium that
/// is shown has all other fields; that of a medium that is not shown has `hidden`, the time of the write that hid
/// it.
final class Documents {
    static final String KEY = "key";
    static final String ORDER = "order";
    static final String MEDIA_ID = "id";
    static final String STATE = "state";
    static final String VECTOR = "vector";
    static final String LABEL = "label";
    static final String UPLOADED = "uploaded";

    private static final String HIDDEN = "hidden";
    private static final String TAG = "tag";
    private static final String ATTRIBUTE = "attribute";
    private static final String LABEL_SET = "label-set";

    /// The most bytes of an id that is a term as it is: terms are limited, and media ids are much less so.
    private static final int MAX_KEY_BYTES = 1024;

    private Documents() {}

    /// Returns the document of a medium.
    ///
    /// @param vector null if the medium is not shown
    static Document of(String mediaId, MediaState state, @Nullable Embedding vector, Instant now) {
        Document document = new Document();
        document.add(new StringField(KEY, key(mediaId), Field.Store.NO));
        document.add(new StoredField(MEDIA_ID, mediaId));
        document.add(new StoredField(STATE, StateJson.write(state)));
        IndexedMedia shown = state.shown(mediaId).orElse(null);
        if (shown == null || vector == null) {
            document.add(new LongPoint(HIDDEN, now.toEpochMilli()));
            return document;
        }
        document.add(new KnnFloatVectorField(VECTOR, vector.toArray(), VectorSimilarityFunction.DOT_PRODUCT));
        long uploaded = shown.details().uploadedAt().toEpochMilli();
        document.add(new LongPoint(UPLOADED, uploaded));
        document.add(new NumericDocValuesField(UPLOADED, uploaded));
        document.add(new SortedDocValuesField(ORDER, new BytesRef(key(mediaId))));
        for (Map.Entry<String, String> attribute : shown.details().attributes().entrySet()) {
            document.add(new StringField(ATTRIBUTE, FilterTokens.attribute(attribute), Field.Store.NO));
        }
        TagSet tags = shown.tagSet();
        if (tags != null) {
            for (String labelSet : tags.labelSets().keySet()) {
                document.add(new StringField(LABEL_SET, FilterTokens.encode(labelSet), Field.Store.NO));
            }
            for (IndexedTag tag : tags.tags()) {
                document.add(new StringField(TAG, FilterTokens.tag(tag), Field.Store.NO));
            }
            for (String label : tags.tags().stream().map(IndexedTag::labelId).collect(Collectors.toSet())) {
                document.add(new SortedSetDocValuesField(LABEL, new BytesRef(label)));
            }
        }
        return document;
    }

    /// Returns the term of the document of a medium, shown or not.
    static Term term(String mediaId) {
        return new Term(KEY, key(mediaId));
    }

    /// Returns the query for the media that have been hidden since before a time.
    static Query hiddenBefore(Instant time) {
        return LongPoint.newRangeQuery(HIDDEN, Long.MIN_VALUE, time.toEpochMilli() - 1);
    }

    /// Returns the query for the media that are shown and match a filter.
    static Query matching(MediaFilter filter) {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        query.add(new FieldExistsQuery(VECTOR), BooleanClause.Occur.FILTER);
        for (String label : filter.allTags()) {
            query.add(hasTag(label, filter), BooleanClause.Occur.FILTER);
        }
        if (!filter.anyTags().isEmpty()) {
            BooleanQuery.Builder any = new BooleanQuery.Builder();
            filter.anyTags().forEach(label -> any.add(hasTag(label, filter), BooleanClause.Occur.SHOULD));
            query.add(any.build(), BooleanClause.Occur.FILTER);
        }
        for (String label : filter.noTags()) {
            query.add(hasTag(label, filter), BooleanClause.Occur.MUST_NOT);
        }
        if (filter.uploadedFrom() != null || filter.uploadedBefore() != null) {
            long from = filter.uploadedFrom() == null
                    ? Long.MIN_VALUE
                    : filter.uploadedFrom().toEpochMilli();
            long before = filter.uploadedBefore() == null
                    ? Long.MAX_VALUE
                    : filter.uploadedBefore().toEpochMilli();
            query.add(LongPoint.newRangeQuery(UPLOADED, from, before - 1), BooleanClause.Occur.FILTER);
        }
        for (Map.Entry<String, String> attribute : filter.attributes().entrySet()) {
            query.add(
                    new TermQuery(new Term(ATTRIBUTE, FilterTokens.attribute(attribute))), BooleanClause.Occur.FILTER);
        }
        if (filter.labelSet() != null) {
            query.add(
                    new TermQuery(new Term(LABEL_SET, FilterTokens.encode(filter.labelSet()))),
                    BooleanClause.Occur.FILTER);
        }
        return query.build();
    }

    private static Query hasTag(String label, MediaFilter filter) {
        return TermRangeQuery.newStringRange(
                TAG,
                FilterTokens.tag(label, filter.minThousandths()),
                FilterTokens.tag(label, IndexedTag.thousandths(1)),
                /* includeLower */ true,
                /* includeUpper */ true);
    }

    private static String key(String mediaId) {
        byte[] bytes = mediaId.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_KEY_BYTES) {
            return mediaId;
        }
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK, found none", e);
        }
    }
}
