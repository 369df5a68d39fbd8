package dev.clipstream.index.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/// The codec of Lucene without its limit of 1,024 dimensions, which some models exceed (SigLIP So400m has 1,152).
/// The limit is not one of the format: the files are those of Lucene.
final class HighDimensionCodec extends Lucene104Codec {
    /// Neighbours of a node in the HNSW graph.
    static final int M = 16;

    /// Candidates while the graph is built.
    static final int EF_CONSTRUCTION = 200;

    private static final int MAX_DIMENSIONS = 16_384;

    private final KnnVectorsFormat vectors = new Wide(new Lucene99HnswVectorsFormat(M, EF_CONSTRUCTION));

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return vectors;
    }

    /// Uses the name of the format that it wraps, so that Lucene finds that one to read.
    private static final class Wide extends KnnVectorsFormat {
        private final KnnVectorsFormat wrapped;

        Wide(KnnVectorsFormat wrapped) {
            super(wrapped.getName());
            this.wrapped = wrapped;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return wrapped.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return wrapped.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String fieldName) {
            return MAX_DIMENSIONS;
        }
    }
}
