package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceTest {
    @ParameterizedTest
    @CsvSource({
        "'',        127.0.0.1",
        "0.0.0.0,   127.0.0.1",
        "::,        127.0.0.1",
        "127.0.0.1, 127.0.0.1",
        "localhost, localhost",
        "::1,       [::1]",
        "[::1],     [::1]",
        "10.1.2.3,  10.1.2.3",
    })
    void theHostOfItsUrlIsTheAddressItListensOn(String address, String host) {
        assertThat(Service.host(address)).isEqualTo(host);
    }
}
