package dev.clipstream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadPositionTest {
    @Test
    void aWrittenPositionIsReadAgain() {
        // given: the longest of every part
        String log = "t".repeat(UploadPosition.MAX_LOG_CHARACTERS);
        UploadPosition position = new UploadPosition(log, 999_999_999_999_999L, Instant.ofEpochMilli(Long.MAX_VALUE));
        RecordHeaders headers = new RecordHeaders();
        headers.add(UploadPosition.HEADER, new byte[] {1});

        // when
        position.writeTo(headers);

        // then
        assertThat(UploadPosition.of(headers)).contains(position);
        assertThat(headers.toArray()).hasSize(1);
        assertThat(UploadPosition.HEADER.length() + headers.toArray()[0].value().length)
                .isLessThanOrEqualTo(UploadPosition.MAX_HEADER_BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "log",
                "log 1",
                "log -1 1",
                "log 1 -1",
                "log 1 1 1",
                " 1 1",
                "log 1000000000000000 1",
                "log 1 9999999999999999999",
                "夏 1 1"
            })
    void anInvalidHeaderCountsAsNone(String value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(UploadPosition.HEADER, value.getBytes(StandardCharsets.UTF_8));
        assertThat(UploadPosition.of(headers)).isEmpty();
    }

    @Test
    void aHeaderWithoutAValueCountsAsNone() {
        assertThat(UploadPosition.of(new RecordHeaders())).isEmpty();
        RecordHeaders headers = new RecordHeaders();
        headers.add(UploadPosition.HEADER, null);
        assertThat(UploadPosition.of(headers)).isEmpty();
    }

    @Test
    void aLogWithSpacesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UploadPosition("a b", 0, Instant.EPOCH))
                .withMessageContaining("'a b'");
    }
}
