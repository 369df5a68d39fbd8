package dev.clipstream.search.http.entry;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// A request whose content type has no parameters: no body of this API depends on them, and some clients send ones
/// that are not valid, such as `image/jpeg; charset=binary`.
final class PlainContentType extends HttpServletRequestWrapper {
    PlainContentType(HttpServletRequest request) {
        super(request);
    }

    @Override
    public @Nullable String getContentType() {
        String given = super.getContentType();
        return given == null ? null : given.split(";", 2)[0].strip();
    }

    @Override
    public @Nullable String getHeader(String name) {
        return isContentType(name) ? getContentType() : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        String type = isContentType(name) ? getContentType() : null;
        return type == null ? super.getHeaders(name) : Collections.enumeration(Collections.singleton(type));
    }

    private static boolean isContentType(String name) {
        return name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE);
    }
}
