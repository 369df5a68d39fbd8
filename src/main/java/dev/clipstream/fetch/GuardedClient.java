package dev.clipstream.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/// How the HTTP client is built: everything that it might do on its own is off.
///
/// No redirects, retries, cookies, credentials, proxies, decompression (a small body may unfold into
/// gigabytes), protocol upgrades. Headers are bounded. Connections are pooled, at most 512 in all and 64
/// to one host, and closed when unused for 30 seconds.
final class GuardedClient {
    private static final int MOST_CONNECTIONS = 512;
    private static final int MOST_CONNECTIONS_A_HOST = 64;
    private static final int LONGEST_HEADER_LINE = 16 << 10;
    private static final int MOST_HEADERS = 128;
    private static final Duration UNUSED = Duration.ofSeconds(30);

    private GuardedClient() {}

    static CloseableHttpClient create(
            FetchSettings settings, AddressGuard guard, GuardedResolver resolver, SSLContext tls) {
        Timeout connect = Timeout.of(settings.connectTimeout());
        Timeout read = Timeout.of(settings.readTimeout());
        PoolingHttpClientConnectionManagerBuilder connections = new GuardedConnections(guard)
                .setDnsResolver(resolver)
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
                .setMaxConnTotal(MOST_CONNECTIONS)
                .setMaxConnPerRoute(MOST_CONNECTIONS_A_HOST)
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(connect).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(read)
                        .setIdleTimeout(Timeout.of(UNUSED))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(LONGEST_HEADER_LINE)
                                .setMaxHeaderCount(MOST_HEADERS)
                                .build())
                        .build());
        return HttpClientBuilder.create()
                .setConnectionManager(connections.build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(settings.requestTimeout()))
                        .setResponseTimeout(read)
                        .setProtocolUpgradeEnabled(false)
                        .setAuthenticationEnabled(false)
                        .build())
                .setUserAgent("clipstream")
                .setDefaultHeaders(List.of(
                        new BasicHeader("Accept", "image/*,*/*;q=0.5"), new BasicHeader("Accept-Encoding", "identity")))
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .evictIdleConnections(TimeValue.of(UNUSED))
                .build();
    }

    /// Connections over [GuardedSocket].
    private static final class GuardedConnections extends PoolingHttpClientConnectionManagerBuilder {
        private final AddressGuard guard;

        GuardedConnections(AddressGuard guard) {
            this.guard = guard;
        }

        @Override
        protected HttpClientConnectionOperator createConnectionOperator(
                SchemePortResolver ports, DnsResolver resolver, TlsSocketStrategy tls) {
            return new DefaultHttpClientConnectionOperator(
                    _ -> new GuardedSocket(guard),
                    ports,
                    resolver,
                    RegistryBuilder.<TlsSocketStrategy>create()
                            .register(URIScheme.HTTPS.id, tls)
                            .build());
        }
    }

    /// Closes without the checked exception that the client never throws.
    static void close(CloseableHttpClient client) {
        try {
            client.close();
        } catch (IOException unexpected) {
            throw new UncheckedIOException("The HTTP client was expected to close", unexpected);
        }
    }
}
