package dev.clipstream.search.http.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemResponseTest {
    @ParameterizedTest
    @CsvSource({
        "400, bad-request",
        "405, no-such-method",
        "431, bad-request",
        "500, failed",
        "501, failed",
        "503, unavailable",
        "505, failed"
    })
    void aStatusHasTheCodeOfItsClass(int status, String code) {
        assertThat(Objects.requireNonNull(ProblemResponse.ofStatus(status).getProperties()))
                .containsEntry("code", code);
    }
}
