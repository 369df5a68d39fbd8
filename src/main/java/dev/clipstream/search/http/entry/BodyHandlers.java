package dev.clipstream.search.http.entry;

import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/// Recognises requests whose body a handler reads: those that a handler of POST or PUT accepts. A request to an unknown
/// path, or with another method or content type, is refused without its body.
public final class BodyHandlers implements Predicate<HttpServletRequest> {
    private final Supplier<? extends HandlerMapping> handlers;

    /// @param handlers returns those of the API; first called at the first request
    public BodyHandlers(Supplier<? extends HandlerMapping> handlers) {
        this.handlers = handlers;
    }

    @Override
    public boolean test(HttpServletRequest request) {
        return (HttpMethod.POST.matches(request.getMethod()) || HttpMethod.PUT.matches(request.getMethod()))
                && isHandled(request);
    }

    private boolean isHandled(HttpServletRequest request) {
        ServletRequestPathUtils.parseAndCache(request);
        try {
            return handlers.get().getHandler(request) != null;
        } catch (Exception refused) {
            return false; // the dispatcher reports it
        } finally {
            ServletRequestPathUtils.clearParsedRequestPath(request);
        }
    }
}
