package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommitMetadataTest {
    private static final FinishedOffsets FINISHED = new FinishedOffsets(
            1_000_000_000_000L,
            1_000_000_000_900L,
            new long[] {1_000_000_000_000L, 1_000_000_000_001L, 1_000_000_000_500L},
            7);

    private static final TopicPartitionMetadata TIME =
            new TopicPartitionMetadata(1_764_582_000_000L, new ProcessorMetadata());
    private static final TopicPartitionMetadata MAP =
            new TopicPartitionMetadata(5, new ProcessorMetadata(Map.of("a key of a processor", 99L, "another", -1L)));

    static final List<TopicPartitionMetadata> STREAMS =
            List.of(TIME, new TopicPartitionMetadata(-1, new ProcessorMetadata()), MAP);

    @ParameterizedTest
    @FieldSource("STREAMS")
    void kafkaStreamsReadsItsOwnMetadataAsIfNothingFollowed(TopicPartitionMetadata streams) {
        // when
        String metadata = CommitMetadata.of(streams.encode(), FINISHED);

        // then
        assertThat(TopicPartitionMetadata.decode(metadata)).isEqualTo(streams);
        assertThat(CommitMetadata.parse(metadata, FINISHED.committed()))
                .isEqualTo(new CommitMetadata.Parts(streams.encode(), FINISHED));
    }

    @Test
    void metadataWithoutAPartOfKafkaStreamsIsSeparatedToo() {
        // when
        String metadata = CommitMetadata.of("", FINISHED);

        // then
        assertThat(CommitMetadata.parse(metadata, FINISHED.committed()))
                .isEqualTo(new CommitMetadata.Parts("", FINISHED));
        assertThat(TopicPartitionMetadata.decode(metadata)).isEqualTo(TopicPartitionMetadata.decode(""));
    }

    @ParameterizedTest
    @FieldSource("STREAMS")
    void metadataOfKafkaStreamsAloneSaysNothing(TopicPartitionMetadata streams) {
        assertThat(CommitMetadata.parse(streams.encode(), 3))
                .isEqualTo(new CommitMetadata.Parts(streams.encode(), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not base64!", "AA==", "Q1M=", "AAAAAAAAAABDUw=="})
    void otherTextIsThatOfKafkaStreams(String other) {
        assertThat(CommitMetadata.parse(other, 3)).isEqualTo(new CommitMetadata.Parts(other, null));
    }

    @Test
    void metadataOfAnotherOffsetIsIgnored() {
        // given: somebody copied the metadata to another offset
        String metadata = CommitMetadata.of(TIME.encode(), FINISHED);

        // then
        assertThat(CommitMetadata.parse(metadata, FINISHED.committed() + 1))
                .isEqualTo(new CommitMetadata.Parts(TIME.encode(), null));
    }

    @Test
    void damagedMetadataSaysNothing() {
        // given
        byte[] bytes = Base64.getDecoder().decode(CommitMetadata.of("", FINISHED));
        for (int index = 0; index < bytes.length; index++) {
            byte[] damaged = bytes.clone();
            damaged[index] ^= 0x10;

            // then
            String text = Base64.getEncoder().encodeToString(damaged);
            assertThat(CommitMetadata.parse(text, FINISHED.committed()).finished())
                    .as("byte %s", index)
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsWrittenIsRead(long seed) {
        // given
        Random random = new Random(seed);
        long committed = random.nextLong(Long.MAX_VALUE / 2);
        long[] unfinished = LongStream.generate(() -> committed + random.nextLong(1L << (1 + random.nextInt(40))))
                .limit(200)
                .sorted()
                .distinct()
                .toArray();
        FinishedOffsets finished = new FinishedOffsets(
                committed, unfinished[unfinished.length - 1] + 1 + seed, unfinished, (int) seed - 2);

        // then
        assertThat(CommitMetadata.parse(CommitMetadata.of("", finished), committed)
                        .finished())
                .isEqualTo(finished);
    }

    @Test
    void theLargestSetFits() {
        // given: one byte for each distance
        long[] unfinished = LongStream.rangeClosed(0, CommitMetadata.MOST_OFFSET_BYTES)
                .map(index -> Long.MAX_VALUE / 2 + 127 * index)
                .toArray();
        FinishedOffsets finished =
                new FinishedOffsets(Long.MAX_VALUE / 2, Long.MAX_VALUE - 1, unfinished, Integer.MAX_VALUE - 1);

        // then
        assertThat(CommitMetadata.of(MAP.encode(), finished)).hasSizeLessThanOrEqualTo(CommitMetadata.MOST_CHARACTERS);
    }

    @Test
    void aSetThatDoesNotFitIsRefused() {
        // given
        FinishedOffsets finished =
                new FinishedOffsets(0, 10_000, LongStream.range(0, 5_000).toArray(), 0);

        // then
        assertThatExceptionOfType(StageFailedException.class)
                .isThrownBy(() -> CommitMetadata.of("", finished))
                .withMessageContaining("at most 4096 characters");
    }

    @Test
    void textThatKafkaStreamsCannotHaveWrittenIsRefused() {
        assertThatExceptionOfType(StageFailedException.class)
                .isThrownBy(() -> CommitMetadata.of("not base64!", FINISHED))
                .withMessageContaining("'not base64!'");
    }
}
