package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "http://me:s3cret@a:1, found the scheme 'http'",
        "redis://me:s3cret@a b, found one that is not valid",
        "redis://me:s3/cret@a:1, found one that does not consist",
        "redis://me:1/s3cret@a:1, found one that does not consist",
        "redis://me:1#s3cret@a:1, found one that does not consist",
        "redis://me:1?s3cret@a:1, found one that does not consist",
        "redis://me:s3#cret@a:1, found one that does not consist",
        "redis://me:s3@cret@a:1, found one that does not consist",
        "redis://me:1/s3cret, found one that does not consist",
        "redis:me:s3cret@a:1, found one that does not consist",
        "redis-cluster://me:s3/cret@a:1:b:2, found one that does not consist",
        "redis-sentinel://me:s3#cret@a:1/primary, found one that does not consist",
    })
    void aUrlThatIsNotOfRedisIsRefusedWithoutItsPassword(String url, String found) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestSettings.at(url))
                .withMessageStartingWith("index.url: Expected a URL such as redis://localhost:6379")
                .withMessageContaining(found)
                .withMessageNotContaining("s3")
                .withMessageNotContaining("cret");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost",
        "redis://user:p%2Fa%40ss@localhost:6379/2",
        "rediss://:word@[::1]:6379/",
        "redis-cluster://user:word@a:6379,b:6379",
        "redis-sentinel://a:26379,b:26379/primary",
    })
    void aUrlOfRedisIsAcceptedAndShownWithoutItsPassword(String url) {
        assertThat(TestSettings.at(url).toString())
                .doesNotContain("word", "ss@")
                .startsWith("RedisSettings[redis");
    }
}
