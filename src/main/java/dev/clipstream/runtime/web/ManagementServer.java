package dev.clipstream.runtime.web;

import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.search.http.entry.ApiKeys;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/// Gives the web server of `management.server.port` the same address, headers, threads and host check as the main one.
/// Spring Boot finds this class by its name in `META-INF/spring`, and uses it only if that port is set.
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementServer {
    @Bean
    HttpServer managementHttpServer() {
        return new HttpServer();
    }

    @Bean
    FilterRegistrationBean<ApiKeys> managementHosts(Settings settings, Environment environment, JsonMapper json)
            throws UnknownHostException {
        return new FilterRegistrationBean<>(SearchConfiguration.apiKeys(settings, address(environment), json));
    }

    /// Spring Boot would bind all addresses.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> managementAddress(Environment environment)
            throws UnknownHostException {
        String address = address(environment);
        InetAddress bound = address.isEmpty() ? null : InetAddress.getByName(address);
        return server -> server.setAddress(bound);
    }

    private static String address(Environment environment) {
        return environment.getProperty("management.server.address", environment.getProperty("server.address", ""));
    }
}
