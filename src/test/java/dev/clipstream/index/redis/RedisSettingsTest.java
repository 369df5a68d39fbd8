package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {

    @ParameterizedTest
    @CsvSource({"http://me:s3cret@a:1, found the scheme 'http'", "redis://me:s3cret@a b, found one that is not valid"})
    void aUrlThatIsNotOfRedisIsRefusedWithoutItsPassword(String url, String found) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestSettings.at(url))
                .withMessageStartingWith("index.url: Expected a URL such as redis://localhost:6379")
                .withMessageContaining(found)
                .withMessageNotContaining("s3cret");
    }
}
