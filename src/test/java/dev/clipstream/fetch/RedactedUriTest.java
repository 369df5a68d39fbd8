package dev.clipstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedUriTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.org/a/cat.jpg         | https://example.org/a/cat.jpg",
                "https://example.org:8443/a%20b.jpg    | https://example.org:8443/a%20b.jpg",
                "https://example.org/k%C3%A4tzchen.jpg | https://example.org/k%C3%A4tzchen.jpg",
                "https://example.org/图.jpg            | https://example.org/图.jpg",
                "https://[::1]:8443/x                  | https://[::1]:8443/x",
                "file:///photos/IMG_1%20(2).jpg        | file:///photos/IMG_1%20(2).jpg",
                "file:/photos/a.jpg                    | file:/photos/a.jpg",
                "s3://bucket/folder/key.png            | s3://bucket/folder/key.png",
                "photos/cat.jpg                        | photos/cat.jpg",
                "https://user:secret@example.org/x     | https://example.org/x",
                "https://example.org/x?sig=secret      | https://example.org/x",
                "https://example.org/x#secret          | https://example.org/x",
                "https://example.org/x;token=secret/y  | https://example.org/x",
                "https://example.org/x%3Fsig%3Dsecret  | https://example.org/x",
                "https://example.org/x%3bsig=secret    | https://example.org/x",
                "https://example.org/x&sig=secret      | https://example.org/x",
                "jar:https://user:secret@example.org!/ | jar:…",
                "data:image/png;base64,secret          | data:…",
                "https://user:pa/secret@example.org/x  | https:…",
                "https://user:12/secret@example.org/x  | https:…",
                "https://example.org/x%253Fsig%253Dsecret | https:…",
                "https://user:p#secret@example.org/x   | https:…",
                "https://user:12?secret@example.org/x  | https:…",
                "https://user:12#secret@example.org/x  | https:…",
            })
    void itShowsWhereAnImageIsAndNothingElse(String uri, String shown) {
        assertThat(RedactedUri.of(uri)).isEqualTo("'" + shown + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:secret@exa mple.org/",
                "https:\\\\user:secret@example.org\\x",
                "https://user:sec%40ret/secret%40example.org",
                "https:user:secret@example.org",
                "https:///user:secret@example.org/x",
                "//user:secret@example.org/x",
                "user:secret@example.org/x",
                "https%3A%2F%2Fuser%3Asecret%40example.org",
                "view-source:https://user:secret@example.org",
                "blob:https://example.org/secret",
                "https://us_er:secret/x",
                "https://example.org/\nsecret",
                "data:,secret",
                "DATA:text/plain,secret",
                "mailto:secret@example.org",
                "s3:/secret",
            })
    void itHidesWhatItCannotParse(String uri) {
        assertThat(RedactedUri.of(uri)).doesNotContain("secret");
    }

    @Test
    void itIsShortAndOnOneLine() {
        assertThat(RedactedUri.of("https://example.org/" + "x".repeat(1000))).hasSizeLessThan(210);
        assertThat(RedactedUri.of("https://example.org/" + "%20".repeat(1_000_000)))
                .isEqualTo("'https:…'");
        assertThat(RedactedUri.of("")).isEqualTo("''");
    }
}
