package dev.clipstream.runtime.web;

import java.util.Map;

/// What Spring Boot is told unless somebody says otherwise.
public final class Defaults {
    public static final Map<String, Object> PROPERTIES = Map.ofEntries(
            Map.entry("spring.application.name", "clipstream"),
            // nothing is read from the folder that the service happens to start in
            Map.entry("spring.config.location", "optional:classpath:/"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.main.log-startup-info", "false"),
            Map.entry("spring.jmx.enabled", "false"),
            // the log stays until the drain has told its end
            Map.entry("logging.register-shutdown-hook", "false"),
            Map.entry("logging.config", "classpath:logback-${clipstream.log:json}.xml"),
            Map.entry("logging.level.org.apache.kafka", "WARN"),
            // warns of a handler for global tables, of which there is none
            Map.entry("logging.level.org.apache.kafka.streams.StreamsConfig", "ERROR"),
            // says that no GPU is there, twice
            Map.entry("logging.level.ai.djl", "ERROR"),
            Map.entry("logging.level.org.springframework", "WARN"),
            // a failed start is told in one line by the command
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "OFF"),
            Map.entry("logging.level.org.springframework.boot.diagnostics", "OFF"),
            Map.entry("logging.level.org.springframework.boot.web.server.servlet.context", "ERROR"),
            Map.entry("logging.level.org.springframework.boot.tomcat.servlet", "OFF"),
            Map.entry("logging.level.org.apache.catalina", "WARN"),
            Map.entry("logging.level.org.apache.coyote", "WARN"),
            Map.entry("spring.servlet.multipart.enabled", "false"),
            // a text of 4,096 characters, percent-encoded
            Map.entry("server.max-http-request-header-size", "64KB"),
            // each may hold a picture
            Map.entry("server.tomcat.threads.max", "32"),
            // health, metrics and lookups are for this machine unless server.address says otherwise
            Map.entry("server.address", "127.0.0.1"),
            Map.entry("server.port", "8080"),
            Map.entry("management.endpoints.web.exposure.include", "health,info,prometheus"),
            Map.entry("management.endpoint.health.show-details", "always"),
            Map.entry("management.endpoint.health.probes.enabled", "true"),
            Map.entry("management.endpoint.health.group.readiness.include", "readinessState,model,streams,broker"),
            Map.entry("management.health.diskspace.enabled", "false"),
            Map.entry("management.health.ssl.enabled", "false"));

    private Defaults() {}
}
