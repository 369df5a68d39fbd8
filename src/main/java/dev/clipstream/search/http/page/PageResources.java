package dev.clipstream.search.http.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Serves the web page at `/` and its files below `/page`.
///
/// Browsers revalidate the files with an ETag of their content: file names do not change between versions, and
/// neither do the dates in a reproducible jar. The content security policy allows only files and requests of this
/// service, and images that the page itself creates (`blob:`).
public final class PageResources implements WebMvcConfigurer {
    private static final String FOLDER = "classpath:/dev/clipstream/search/http/page/";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
                            + "frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer");

    private final Map<Resource, String> tags = new ConcurrentHashMap<>();

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/page/**")
                .addResourceLocations(FOLDER)
                .setCacheControl(CacheControl.noCache())
                .setUseLastModified(false)
                .setEtagGenerator(resource -> tags.computeIfAbsent(resource, PageResources::tag));
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/").setViewName("forward:/page/index.html");
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new HandlerInterceptor() {
                    @Override
                    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
                        HEADERS.forEach(response::setHeader);
                        return true;
                    }
                })
                .addPathPatterns("/", "/page/**");
    }

    private static String tag(Resource resource) {
        try {
            return "\"" + DigestUtils.md5DigestAsHex(resource.getContentAsByteArray()) + "\"";
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read the page's file " + resource, e);
        }
    }
}
