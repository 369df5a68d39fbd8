package dev.clipstream.runtime.kafka.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelChangesTest {
    private static final LabelSet CATS =
            LabelSetFile.ofNames(List.of("cat", "dog")).withVersion("1");
    private static final LabelSet COWS =
            LabelSetFile.ofNames(List.of("cow", "dog")).withVersion("1");
    private static final Contents EMPTY = new Contents(Map.of(), Map.of(), 0);
    private static final Contents WITH_CATS =
            new Contents(Map.of(CATS.name(), Optional.of(CATS)), Map.of(CATS.name(), 0L), 1);
    private static final Contents UNREADABLE =
            new Contents(Map.of(CATS.name(), Optional.empty()), Map.of(CATS.name(), 0L), 1);

    @Test
    void aNewSetIsWritten() throws RefusedChangeException {
        assertThat(LabelChanges.apply(EMPTY, CATS, null, false).set()).isEqualTo(CATS);
        assertThat(LabelChanges.apply(EMPTY, CATS, "", false).set()).isEqualTo(CATS);
        assertThat(LabelChanges.apply(UNREADABLE, CATS, null, false).set()).isEqualTo(CATS);
    }

    @Test
    void whatTheTopicHasIsNotWrittenAgain() throws RefusedChangeException {
        assertThat(LabelChanges.apply(WITH_CATS, CATS, "7", false).write()).isFalse();
    }

    @Test
    void anotherContentNeedsAnotherVersion() throws RefusedChangeException {
        assertThatThrownBy(() -> LabelChanges.apply(WITH_CATS, COWS, null, false))
                .isInstanceOf(RefusedChangeException.class)
                .hasMessage("Expected a new version, because every change needs one, found version '1' of 'inline' with"
                        + " other content on the topic. Write version: \"2\" into the label set.");
        assertThat(LabelChanges.apply(WITH_CATS, COWS, null, true).set()).isEqualTo(COWS.withVersion("2"));
        assertThat(LabelChanges.apply(WITH_CATS, COWS.withVersion("2"), null, false)
                        .set())
                .isEqualTo(COWS.withVersion("2"));
    }

    @Test
    void anotherVersionThanExpectedIsReported() {
        assertThatThrownBy(() -> LabelChanges.apply(WITH_CATS, COWS.withVersion("3"), "2", false))
                .hasMessageContaining("Expected version '2' of 'inline' on the topic, found version '1'");
        assertThatThrownBy(() -> LabelChanges.apply(WITH_CATS, COWS.withVersion("3"), "", false))
                .hasMessageContaining("Expected no label set 'inline' on the topic, found version '1'");
        assertThatThrownBy(() -> LabelChanges.apply(EMPTY, COWS, "2", false))
                .hasMessageContaining("found none. Read the current version");
        assertThatThrownBy(() -> LabelChanges.delete(WITH_CATS, "inline", "2"))
                .hasMessageContaining("found version '1'");
    }

    @Test
    void whatTheTopicHasCanBeRemoved() throws RefusedChangeException {
        assertThat(LabelChanges.delete(WITH_CATS, "inline", "1"))
                .isEqualTo(new LabelWriter.Decision("inline", null, true));
        assertThat(LabelChanges.delete(UNREADABLE, "inline", null).write()).isTrue();
        assertThatThrownBy(() -> LabelChanges.delete(WITH_CATS, "pets", null))
                .hasMessageContaining("found 'pets', which it does not have. Name one of inline.");
        assertThatThrownBy(() -> LabelChanges.delete(EMPTY, "pets", null))
                .hasMessageContaining("Apply a label set first");
    }

    @ParameterizedTest
    @CsvSource({"1,2", "9,10", "1.9,1.10", "v2,v3", "2026-12,2026-13", "beta,beta-2", "beta-2,beta-3"})
    void theNextVersionCountsOn(String version, String next) {
        assertThat(LabelChanges.nextVersion(version)).isEqualTo(next);
    }
}
