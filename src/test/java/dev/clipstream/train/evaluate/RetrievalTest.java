package dev.clipstream.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetrievalTest {
    private static final List<Embedding> AROUND_A_CIRCLE =
            List.of(at(0), at(10), at(20), at(30), at(40), at(50), at(60));

    @Test
    void aMatchInFirstPlaceCountsForRecallAtOne() {
        // given
        List<Embedding> queries = List.of(at(1), at(52));

        // when: the first query's partner is nearest, the second's is fifth
        Retrieval found =
                Retrieval.of(queries, AROUND_A_CIRCLE, (query, candidate) -> candidate == (query == 0 ? 0 : 1));

        // then
        assertThat(found).isEqualTo(new Retrieval(2, 0.5, 0.5, 1));
    }

    @Test
    void anyOfSeveralMatchesIsEnough() {
        Retrieval found = Retrieval.of(List.of(at(31)), AROUND_A_CIRCLE, (query, candidate) -> candidate % 3 == 0);
        assertThat(found.at1()).isEqualTo(1);
    }

    @Test
    void aTieCountsAgainstTheMatch() {
        // given: a model whose embeddings are all equal retrieves nothing
        List<Embedding> same = List.of(at(5), at(5), at(5));

        // when
        Retrieval found = Retrieval.of(same, same, (query, candidate) -> query == candidate);

        // then
        assertThat(found).isEqualTo(new Retrieval(3, 0, 1, 1));
    }

    private static Embedding at(double degrees) {
        double angle = Math.toRadians(degrees);
        return Embedding.normalize(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)});
    }
}
