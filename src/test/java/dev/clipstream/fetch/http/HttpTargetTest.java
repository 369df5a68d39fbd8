package dev.clipstream.fetch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTargetTest {

    @ParameterizedTest
    @CsvSource({
        "http://example.com, http, example.com, 80, /",
        "https://example.com, https, example.com, 443, /",
        "HTTPS://EXAMPLE.com/A/b.JPG, https, example.com, 443, /A/b.JPG",
        "http://example.com:/x, http, example.com, 80, /x",
        "http://example.com:8080/x?y=1&z=%20#f, http, example.com, 8080, /x?y=1&z=%20",
        "http://example.com?q=a/b, http, example.com, 80, /?q=a/b",
        "http://example.com#f, http, example.com, 80, /",
        "http://example.com./x, http, example.com, 80, /x",
        "http://my_bucket.example.com/x, http, my_bucket.example.com, 80, /x",
        "http://münchen.example/ü, http, xn--mnchen-3ya.example, 80, /%C3%BC",
        "http://8.8.8.8/x, http, 8.8.8.8, 80, /x",
        "http://[2001:4860::1]/x, http, 2001:4860:0:0:0:0:0:1, 80, /x",
        "http://[::1]:8080/x, http, 0:0:0:0:0:0:0:1, 8080, /x",
        "http://[::ffff:127.0.0.1]/x, http, 127.0.0.1, 80, /x",
        "http://a-b.example/a/../b, http, a-b.example, 80, /a/../b",
        "http://1and1.example/x, http, 1and1.example, 80, /x",
    })
    void aTargetIsTakenApart(String uri, String scheme, String host, int port, String path) throws FetchException {
        assertThat(HttpTarget.of(URI.create(uri))).isEqualTo(new HttpTarget(scheme, host, port, path));
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://example.com/x, UNSUPPORTED_SCHEME",
        "file:///etc/passwd, UNSUPPORTED_SCHEME",
        "gopher://example.com, UNSUPPORTED_SCHEME",
        "//example.com/x, UNSUPPORTED_SCHEME",
        "http:example.com, BAD_URI",
        "http:/x, BAD_URI",
        "http:///x, BAD_URI",
        "http://user@example.com/x, BAD_URI",
        "http://user:secret@example.com/x, BAD_URI",
        "http://example.com@127.0.0.1/x, BAD_URI",
        "http://@example.com/x, BAD_URI",
        "http://-a.example/x, BAD_URI",
        "http://a..example/x, BAD_URI",
        "http://.example/x, BAD_URI",
        "http://example.com../x, BAD_URI",
        "http://exam%70le.com/x, BAD_URI",
        "http://a!b.example/x, BAD_URI",
        "http://example.com:x/x, BAD_URI",
        "http://example.com:+80/x, BAD_URI",
        "http://example.com:800000/x, BAD_URI",
        "http://a:80:80/x, BAD_URI",
        "http://example.com:0/x, ADDRESS_REFUSED",
        "http://example.com:22/x, ADDRESS_REFUSED",
        "http://example.com:25/x, ADDRESS_REFUSED",
        "http://example.com:1023/x, ADDRESS_REFUSED",
        "http://example.com:65536/x, ADDRESS_REFUSED",
        "http://2130706433/x, ADDRESS_REFUSED",
        "http://0x7f000001/x, ADDRESS_REFUSED",
        "http://0x7f.1/x, ADDRESS_REFUSED",
        "http://0177.0.0.1/x, ADDRESS_REFUSED",
        "http://127.1/x, ADDRESS_REFUSED",
        "http://127.0.1/x, ADDRESS_REFUSED",
        "http://127.0.0.01/x, ADDRESS_REFUSED",
        "http://127.0.0.256/x, ADDRESS_REFUSED",
        "http://127.0.0.0x1/x, ADDRESS_REFUSED",
        "http://0/x, ADDRESS_REFUSED",
        "http://1.2.3.4.5/x, ADDRESS_REFUSED",
        "http://example.0x/x, ADDRESS_REFUSED",
        "http://２１３０７０６４３３/x, ADDRESS_REFUSED",
        "http://①②⑦.⓪.⓪.①①①①/x, ADDRESS_REFUSED",
        "http://[fe80::1%25eth0]/x, ADDRESS_REFUSED",
        "http://[fe80::1%eth0]/x, ADDRESS_REFUSED",
        "http://[fe80::1%1]/x, ADDRESS_REFUSED",
    })
    void whatCouldBeReadInTwoWaysIsRefused(String uri, RejectionReason reason) {
        assertThatThrownBy(() -> HttpTarget.of(URI.create(uri)))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "/y, http, example.com, 80, /y",
        "y, http, example.com, 80, /a/y",
        "../y, http, example.com, 80, /y",
        "?z=2, http, example.com, 80, /a/b?z=2",
        "//cdn.example/y, http, cdn.example, 80, /y",
        "https://example.com/y, https, example.com, 443, /y",
        "http://example.com:8080/y#f, http, example.com, 8080, /y",
        "/a b\u00C3\u00BC<>, http, example.com, 80, /a%20b%C3%BC%3C%3E",
    })
    void aRedirectIsResolved(String location, String scheme, String host, int port, String path) throws FetchException {
        HttpTarget from = HttpTarget.of(URI.create("http://example.com/a/b?c=d"));

        assertThat(from.redirectedTo(location)).isEqualTo(new HttpTarget(scheme, host, port, path));
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com/x, UNSUPPORTED_SCHEME",
        "file:///etc/passwd, UNSUPPORTED_SCHEME",
        "javascript:alert(1), UNSUPPORTED_SCHEME",
        "https://user:secret@example.com/, BAD_URI",
        "https://example.com:22/, ADDRESS_REFUSED",
        "https://[::1, TOO_MANY_REDIRECTS",
    })
    void aRedirectIsJudgedLikeAFirstAddressAndNeverLeavesHttps(String location, RejectionReason reason)
            throws FetchException {
        HttpTarget from = HttpTarget.of(URI.create("https://example.com/a/b"));

        assertThatThrownBy(() -> from.redirectedTo(location))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageNotContaining("secret");
    }
}
