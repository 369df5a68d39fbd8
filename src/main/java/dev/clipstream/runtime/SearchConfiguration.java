package dev.clipstream.runtime;

import dev.clipstream.search.ApiKeys;
import dev.clipstream.search.PageResources;
import dev.clipstream.search.Problems;
import dev.clipstream.search.SearchController;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/// Lookups over HTTP and their page, beside health and metrics.
@Configuration(proxyBeanMethods = false)
class SearchConfiguration {

    @Bean
    SearchController searchController(Pipeline pipeline, Settings settings) {
        return new SearchController(
                pipeline.search(),
                settings.search().maxResults(),
                settings.search().maxBytes());
    }

    @Bean
    Problems problems() {
        return new Problems();
    }

    @Bean
    PageResources pageResources() {
        return new PageResources();
    }

    @Bean
    FilterRegistrationBean<ApiKeys> apiKeys(Settings settings, Environment environment, JsonMapper json)
            throws UnknownHostException {
        // an empty address is any address, and so is one that is missing
        boolean loopback = InetAddress.getByName(environment.getProperty("server.address", "0.0.0.0"))
                .isLoopbackAddress();
        FilterRegistrationBean<ApiKeys> filter =
                new FilterRegistrationBean<>(new ApiKeys(settings.search().apiKeys(), loopback, json));
        filter.addUrlPatterns("/v1/*");
        return filter;
    }

    /// A media id may hold a slash, which its path has as `%2F`.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> slashesInPaths() {
        return server ->
                server.addConnectorCustomizers(connector -> connector.setEncodedSolidusHandling("passthrough"));
    }
}
