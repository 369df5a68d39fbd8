package dev.clipstream.fetch.http;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.Intake;
import dev.clipstream.fetch.MediaSource;
import dev.clipstream.fetch.Origin;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/// Reads hostile `http:` and `https:` URIs from addresses that the [AddressGuard] permits.
///
/// Follows redirects one by one, checks each target like the first, and never goes from https to http. Sends the target
/// and no credentials. Takes the bytes of a response as they are, without decompression. Owns a connection pool. Safe
/// for use by many threads, which must be virtual: an interrupt closes the socket that a virtual thread waits for.
public final class HttpSource implements MediaSource {
    private final CloseableHttpClient client;
    private final GuardedResolver resolver;
    private final HttpStatuses statuses;
    private final int maxRedirects;
    private volatile boolean closed;

    /// @param settings timeouts, redirects and allowed networks
    /// @throws IllegalArgumentException if an allowed network is not a valid network
    public HttpSource(HttpSettings settings) {
        this(settings, InetAddress::getAllByName, platformTls(), Clock.systemUTC());
    }

    /// @param names replaces the system's resolver
    /// @param tls   trusts the servers' certificates
    /// @param clock to which a Retry-After date is compared
    HttpSource(HttpSettings settings, HostResolver names, SSLContext tls, Clock clock) {
        AddressGuard guard = new AddressGuard(settings.allowedNetworks());
        this.resolver = new GuardedResolver(names, guard);
        this.client = GuardedClient.create(settings, guard, resolver, tls);
        this.statuses = new HttpStatuses(clock);
        this.maxRedirects = settings.maxRedirects();
    }

    private static SSLContext platformTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException misconfigured) {
            throw new IllegalStateException(
                    "Expected the JDK's TLS, found none. Correct the javax.net.ssl settings.", misconfigured);
        }
    }

    @Override
    public Set<String> schemes() {
        return HttpTarget.SCHEMES;
    }

    @Override
    public byte[] fetch(URI uri, Intake intake) throws FetchException, InterruptedException {
        HttpTarget target = HttpTarget.of(uri);
        return get(target, origin(target), intake, maxRedirects);
    }

    /// Returns the server that is contacted first; redirects are not known in advance.
    @Override
    public Origin origin(URI uri) throws FetchException {
        return origin(HttpTarget.of(uri));
    }

    private static Origin origin(HttpTarget target) {
        return new Origin(target.host(), target.port());
    }

    @Override
    public void close() {
        closed = true;
        GuardedClient.close(client);
        resolver.close();
    }

    /// @param first the server that was contacted first
    private byte[] get(HttpTarget target, Origin first, Intake intake, int redirectsLeft)
            throws FetchException, InterruptedException {
        HttpUriRequestBase request = new HttpUriRequestBase("GET", URI.create("/"));
        request.setPath(target.path());
        String location;
        HttpHost host = new HttpHost(target.scheme(), target.host(), target.port());
        try {
            ClassicHttpResponse response = client.executeOpen(host, request, null);
            Header elsewhere =
                    statuses.isRedirect(response.getCode()) ? response.getFirstHeader(HttpHeaders.LOCATION) : null;
            if (elsewhere == null) {
                statuses.requireSuccess(target, response);
                byte[] content = content(target, response.getEntity(), intake);
                response.close();
                return content;
            }
            location = elsewhere.getValue();
        } catch (IOException failed) {
            requireOpen(target, failed);
            throw failure(target, failed);
        } catch (IllegalStateException | RejectedExecutionException failed) {
            requireOpen(target, failed);
            throw failed;
        } finally {
            // closes a connection whose response was not read to its end, instead of draining it; a connection that is
            // back in the pool already stays there
            request.cancel();
        }
        HttpTarget next = target.redirectedTo(location);
        if (redirectsLeft == 0) {
            throw new FetchException(
                    RejectionReason.TOO_MANY_REDIRECTS,
                    "Expected at most " + maxRedirects + " redirects, found one more, to " + next
                            + ". Give the address at the end of the redirects.",
                    null);
        }
        if (!origin(next).equals(first)) {
            intake.goElsewhere();
        }
        return get(next, first, intake, redirectsLeft - 1);
    }

    /// Distinguishes a fetch that was given up from one that failed.
    private void requireOpen(HttpTarget target, Exception failed) throws InterruptedException {
        if (Thread.interrupted() || closed) {
            InterruptedException interrupted = new InterruptedException("Given up while fetching " + target);
            interrupted.initCause(failed);
            throw interrupted;
        }
    }

    private static byte[] content(HttpTarget target, @Nullable HttpEntity entity, Intake intake)
            throws IOException, FetchException, InterruptedException {
        if (entity == null) {
            return new byte[0];
        }
        long maxBytes = intake.maxBytes();
        long announced = entity.getContentLength();
        if (announced > maxBytes) {
            throw tooLarge(target, maxBytes, Long.toString(announced));
        }
        // the client ends the content at the announced length
        long most = announced < 0 ? maxBytes : announced;
        return intake.read(entity.getContent(), most, () -> tooLarge(target, maxBytes, "more"));
    }

    private static FetchException tooLarge(HttpTarget target, long maxBytes, String found) {
        return new FetchException(
                RejectionReason.TOO_LARGE,
                "Expected at most " + maxBytes + " bytes, found " + found + " at " + target
                        + ". Shrink the image, or raise embedding.max-bytes.",
                null);
    }

    private static FetchException failure(HttpTarget target, IOException failed) {
        return switch (failed) {
            case AddressRefusedException _ ->
                new FetchException(
                        RejectionReason.ADDRESS_REFUSED,
                        "Expected a public address behind " + target
                                + ", found none. If the network is yours, add it to fetch.allowed-networks.",
                        failed);
            case SocketTimeoutException _ ->
                new FetchException(
                        RejectionReason.TIMEOUT,
                        "Expected a response from " + target
                                + ", found none in time. Try again later, or raise the timeouts.",
                        failed);
            case SSLException _ ->
                new FetchException(
                        RejectionReason.UNREACHABLE,
                        "Expected a trusted TLS connection to " + target + ", found " + failed.getMessage()
                                + ". Correct the server's certificate.",
                        failed);
            case UnknownHostException _ ->
                unreachable(target, "that its host name has no address. Correct the name, or try again later.", failed);
            case ConnectException _ ->
                unreachable(target, "that the connection is refused. Correct the port, or try again later.", failed);
            case NoRouteToHostException _ ->
                unreachable(target, "no route to its host. Check the network, or try again later.", failed);
            case ConnectionClosedException _, SocketException _ ->
                unreachable(target, "that the connection broke. Try again later.", failed);
            case NoHttpResponseException _ ->
                unreachable(target, "that the server closed the connection without one. Try again later.", failed);
            case ClientProtocolException _ ->
                unreachable(target, "an answer that is not HTTP. Correct the address.", failed);
            default ->
                unreachable(
                        target, "an error of the connection (" + failed.getMessage() + "). Try again later.", failed);
        };
    }

    private static FetchException unreachable(HttpTarget target, String found, IOException failed) {
        return new FetchException(
                RejectionReason.UNREACHABLE, "Expected a response from " + target + ", found " + found, failed);
    }
}
