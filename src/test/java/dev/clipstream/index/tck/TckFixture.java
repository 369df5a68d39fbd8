package dev.clipstream.index.tck;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.WriteOutcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The store and the index that the tests of the kit share, and their vocabulary.
abstract class TckFixture {
    /// The model whose index is open in every test.
    protected static final ModelIdentity MODEL = TestMedia.model("three-axes", 'a', 3);

    /// Made by [#createFactory] before each test.
    protected MediaIndexFactory factory;

    /// The open store, closed after each test.
    protected MediaIndexes indexes;

    /// The index of [#MODEL], empty.
    protected MediaIndex index;

    protected abstract MediaIndexFactory createFactory() throws Exception;

    protected abstract double tolerance();

    @BeforeEach
    final void open() throws Exception {
        factory = createFactory();
        indexes = factory.open();
        index = indexes.open(MODEL);
    }

    @AfterEach
    final void close() {
        if (indexes != null) {
            indexes.close();
        }
    }

    final WriteOutcome write(MediaWrite write) {
        return index.write(List.of(write)).getFirst();
    }

    final List<String> nearest(NearestQuery query) {
        return index.nearest(query).stream().map(hit -> hit.media().mediaId()).toList();
    }

    static NearestQuery query(double... direction) {
        return NearestQuery.of(TestMedia.direction(direction), 10);
    }
}
