package dev.clipstream.fetch.http;

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

/// Builds an HTTP client that does nothing of its own accord.
///
/// There are no redirects, retries, cookies, credentials, proxies or protocol upgrades, and no decompression, because a
/// small body may expand to gigabytes. Headers are bounded. Connections are pooled, at most 512 in all and 64 for each
/// host, and closed after 30 idle seconds.
final class GuardedClient {
    private static final int MAX_CONNECTIONS = 512;
    private static final int MAX_CONNECTIONS_PER_HOST = 64;
    private static final int MAX_HEADER_LINE = 16 << 10;
    private static final int MAX_HEADERS = 128;
    private static final Duration MAX_IDLE = Duration.ofSeconds(30);

    private GuardedClient() {}

    static CloseableHttpClient create(
            HttpSettings settings, AddressGuard guard, GuardedResolver resolver, SSLContext tls) {
        Timeout connect = Timeout.of(settings.connectTimeout());
        Timeout read = Timeout.of(settings.readTimeout());
        PoolingHttpClientConnectionManagerBuilder connections = new GuardedConnections(guard)
                .setDnsResolver(resolver)
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
                .setMaxConnTotal(MAX_CONNECTIONS)
                .setMaxConnPerRoute(MAX_CONNECTIONS_PER_HOST)
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(connect).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(read)
                        .setIdleTimeout(Timeout.of(MAX_IDLE))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(MAX_HEADER_LINE)
                                .setMaxHeaderCount(MAX_HEADERS)
                                .build())
                        .build());
        return HttpClientBuilder.create()
                .setConnectionManager(connections.build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(settings.poolTimeout()))
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
                .evictIdleConnections(TimeValue.of(MAX_IDLE))
                .build();
    }

    /// Opens connections with [GuardedSocket].
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

    /// Closes a client without the checked exception, which it never throws.
    static void close(CloseableHttpClient client) {
        try {
            client.close();
        } catch (IOException unexpected) {
            throw new UncheckedIOException("Expected the HTTP client to close, found an error.", unexpected);
        }
    }
}
