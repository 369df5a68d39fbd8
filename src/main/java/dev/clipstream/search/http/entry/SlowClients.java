package dev.clipstream.search.http.entry;

import dev.clipstream.search.ConcurrencyLimit;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.coyote.CloseNowException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import tools.jackson.databind.json.JsonMapper;

/// Separates requests from the speed of their clients.
///
/// Reads the body, then runs the request on one of [Workers], which writes to memory, then sends the response. Only
/// the last and the first step wait for the client. They use the web server's virtual thread, have a deadline and a
/// minimum rate, and share an allowance of memory.
public final class SlowClients extends OncePerRequestFilter {
    private static final int PIECE = 8 << 10;
    private static final Duration MEMORY_TIMEOUT = Duration.ofSeconds(5);

    /// Responses up to this size need no allowance, so that small ones are always sent.
    private static final int SMALL = 16 << 10;

    /// The attribute of a request with a permit that is held until the response is sent.
    private static final String PERMIT = SlowClients.class.getName() + ".permit";

    private final Set<String> streams;
    private final Predicate<HttpServletRequest> takesBody;
    private final BodyReader bodies;
    private final ByteBudget memory;
    private final Duration timeout;
    private final JsonMapper json;
    private final Workers workers = new Workers();

    /// @param streams   the paths of endless responses, which this filter leaves alone
    /// @param takesBody whether a handler reads the body of a request; of others, it is not read
    /// @param maxBytes  the largest request body in bytes, at least 1
    /// @param memory    bytes that bodies and responses hold together, at least 1024
    /// @param timeout   the longest time to receive a body, and to send a response
    public SlowClients(
            Set<String> streams,
            Predicate<HttpServletRequest> takesBody,
            int maxBytes,
            long memory,
            Duration timeout,
            JsonMapper json) {
        this.streams = Set.copyOf(streams);
        this.takesBody = takesBody;
        this.bodies = new BodyReader(maxBytes, timeout);
        this.memory = new ByteBudget(memory, MEMORY_TIMEOUT);
        this.timeout = timeout;
        this.json = json;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return streams.contains(request.getServletPath());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try (ByteBudget.Share held = memory.share()) {
            serve(new PlainContentType(request), response, chain, held);
        } catch (SearchException refused) {
            response.resetBuffer();
            response.setHeader(HttpHeaders.CACHE_CONTROL, CacheControl.noStore().getHeaderValue());
            response.setHeader(HttpHeaders.CONNECTION, "close"); // the rest of the body is not read
            ProblemResponse.write(refused, response, json);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The service is stopping", e);
        } finally {
            if (request.getAttribute(PERMIT) instanceof ConcurrencyLimit.Permit permit) {
                permit.close();
            }
        }
    }

    /// Closes a permit when the response to a request is sent or has failed, instead of when its handler returns.
    /// For at most one permit of a request.
    public static void closeWhenSent(HttpServletRequest request, ConcurrencyLimit.Permit permit) {
        request.setAttribute(PERMIT, permit);
    }

    private void serve(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain, ByteBudget.Share held)
            throws ServletException, IOException, InterruptedException {
        HttpServletRequest complete =
                takesBody.test(request) ? new CompleteRequest(request, bodies.read(request, held)) : request;
        ContentCachingResponseWrapper written = new ContentCachingResponseWrapper(response);
        workers.run(() -> chain.doFilter(complete, written));
        int size = written.getContentSize();
        if (size > memory.bytes()) {
            throw new SearchException(
                    Kind.UNAVAILABLE,
                    "a response of at most " + memory.bytes() + " bytes",
                    "one of " + size,
                    "raise the heap (-Xmx), or ask for fewer results");
        }
        if (size > SMALL && !held.add(size)) {
            throw new SearchException(
                    Kind.UNAVAILABLE,
                    "memory for another response",
                    "too many unread responses",
                    "try again later, or ask for fewer results");
        }
        send(written, response);
    }

    private void send(ContentCachingResponseWrapper written, HttpServletResponse response) throws IOException {
        int size = written.getContentSize();
        if (size == 0 || response.isCommitted()) {
            written.copyBodyToResponse();
            return;
        }
        response.setContentLength(size);
        Pace pace = new Pace(timeout);
        OutputStream out = response.getOutputStream();
        try (InputStream content = written.getContentInputStream()) {
            byte[] piece = new byte[PIECE];
            for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
                out.write(piece, 0, read);
                if (!pace.isKeptWith(read)) {
                    throw new CloseNowException("Expected a client that receives a response within "
                            + timeout.toSeconds() + " s, found a slower one");
                }
            }
        }
    }

    @Override
    public void destroy() {
        workers.close();
    }
}
