package dev.clipstream.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.LabelDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelSetRecordsTest {
    private static final AvroSerde<dev.clipstream.event.LabelSet> BYTES = AvroSerde.labels();

    @Test
    void everyFieldOfALabelSetReturns() throws LabelSetException {
        // given
        LabelCalibration measured =
                new LabelCalibration(21.5, -6.25, LabelCalibration.Method.LABELLED, 40, 12, 0.9, 0.92, 0.8, 0.05);
        LabelCalibration unlabelled =
                new LabelCalibration(21.5, -6.25, LabelCalibration.Method.UNLABELLED, 40, null, null, null, null, null);
        LabelSet set = new LabelSet(
                "pets",
                "3",
                "zh",
                "en",
                LabelSet.Mode.MULTI,
                7,
                0.25,
                List.of("a photo of a {}.", "{}"),
                List.of("a photo."),
                List.of(
                        new Label(
                                "cat",
                                Map.of("en", "cat", "zh", "猫"),
                                List.of("a cat.", "a kitten."),
                                0.5,
                                "pet",
                                List.of("kitty"),
                                measured,
                                List.of(
                                        new LabelExample("cat-1", true, Embedding.normalize(new float[] {1, 0, 0})),
                                        new LabelExample("dog-1", false, Embedding.normalize(new float[] {0, 1, 0}))),
                                0.5),
                        new Label(
                                "pet",
                                Map.of("en", "pet", "zh", "宠物"),
                                List.of(),
                                null,
                                null,
                                List.of(),
                                unlabelled,
                                List.of(),
                                0)),
                "Animals at home.",
                "ab".repeat(32),
                null);

        // when
        LabelSet read = LabelSetRecords.read(BYTES.read(BYTES.write(LabelSetRecords.of(set))));

        // then
        assertThat(read).isEqualTo(set);
        assertThat(read.digest()).isEqualTo(set.digest());
    }

    @Test
    void aStandingQueryReturns() throws LabelSetException {
        LabelSet query = new LabelSet(
                "fire",
                "1",
                "en",
                "en",
                LabelSet.Mode.MULTI,
                1,
                0.9,
                List.of(),
                List.of(),
                List.of(Label.of("fire", Map.of("en", "fire"))),
                "",
                null,
                new AlertFilter(Map.of("camera", "7"), Set.of("outdoor"), Set.of("day", "night"), Set.of("test")));

        assertThat(LabelSetRecords.read(BYTES.read(BYTES.write(LabelSetRecords.of(query)))))
                .isEqualTo(query);
    }

    @Test
    void anInvalidRecordIsRefusedWithThePathOfItsField() {
        dev.clipstream.event.LabelSet valid = LabelSetRecords.of(LabelSetFile.ofNames(List.of("cat", "dog")));
        dev.clipstream.event.LabelSet invalid = dev.clipstream.event.LabelSet.newBuilder(valid)
                .setLabels(List.of(
                        valid.getLabels().getFirst(),
                        LabelDefinition.newBuilder(valid.getLabels().getLast())
                                .setThreshold(1.5)
                                .build()))
                .build();

        assertThatThrownBy(() -> LabelSetRecords.read(invalid))
                .isInstanceOf(LabelSetException.class)
                .hasMessageStartingWith("labels[1].threshold: expected a probability from 0 to 1, found 1.5");
    }

    @Test
    void equalLabelSetsHaveEqualBytes() {
        LabelSet set = LabelSetFile.everyday();

        assertThat(BYTES.write(LabelSetRecords.of(set))).isEqualTo(BYTES.write(LabelSetRecords.of(set)));
    }
}
