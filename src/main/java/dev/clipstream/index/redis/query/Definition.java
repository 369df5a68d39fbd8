package dev.clipstream.index.redis.query;

import dev.clipstream.index.redis.IndexMeta;
import java.util.List;

/// The definition of an index, as `FT.CREATE` takes it.
///
/// Texts that filters compare are tags: case-sensitive words with commas between. `media_id` and `labels` are there to
/// sort and count by, not to be searched; media ids would be as many words as media.
final class Definition {
    static final String VECTOR = "vector";
    static final String MEDIA_ID = "media_id";
    static final String UPLOADED = "uploaded";
    static final String TAGS = "filter_tags";
    static final String ATTRIBUTES = "filter_attributes";
    static final String LABEL_SET = "filter_set";
    static final String LABELS = "labels";

    private Definition() {}

    /// Arguments of `FT.CREATE`.
    static List<String> create(Keys keys, IndexMeta<QueryParameters> meta, int efRuntime) {
        // the scan of what is there already is not skipped: somebody may have written between clearing and this
        return List.of(
                keys.definition(meta.born()),
                "ON",
                "HASH",
                "PREFIX",
                "1",
                keys.docs(),
                "SCHEMA",
                VECTOR,
                "VECTOR",
                "HNSW",
                "12",
                "TYPE",
                meta.parameters().vectorType().name(),
                "DIM",
                Integer.toString(meta.model().dimension()),
                "DISTANCE_METRIC",
                "COSINE",
                "M",
                Integer.toString(meta.parameters().m()),
                "EF_CONSTRUCTION",
                Integer.toString(meta.parameters().efConstruction()),
                "EF_RUNTIME",
                Integer.toString(efRuntime),
                UPLOADED,
                "NUMERIC",
                "SORTABLE",
                TAGS,
                "TAG",
                "SEPARATOR",
                ",",
                "CASESENSITIVE",
                ATTRIBUTES,
                "TAG",
                "SEPARATOR",
                ",",
                "CASESENSITIVE",
                LABEL_SET,
                "TAG",
                "SEPARATOR",
                ",",
                "CASESENSITIVE",
                MEDIA_ID,
                "TAG",
                "SORTABLE",
                "UNF",
                "NOINDEX",
                LABELS,
                "TAG",
                "SORTABLE",
                "UNF",
                "NOINDEX");
    }
}
