package dev.clipstream.runtime.web;

import java.util.Map;

/// Default properties of Spring Boot, which every other source overrides.
public final class Defaults {
    /// What a connection in the middle of a request takes.
    private static final int CONNECTION_BYTES = 90 << 10;

    public static final Map<String, Object> PROPERTIES = Map.ofEntries(
            Map.entry("spring.application.name", "clipstream"),
            // read no configuration from the working directory
            Map.entry("spring.config.location", "optional:classpath:/"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.main.log-startup-info", "false"),
            Map.entry("spring.jmx.enabled", "false"),
            // the drain logs its end after the shutdown hooks of Spring Boot
            Map.entry("logging.register-shutdown-hook", "false"),
            Map.entry("logging.config", "classpath:logback-${clipstream.log:json}.xml"),
            Map.entry("logging.level.org.apache.kafka", "WARN"),
            // warns about a handler for global tables, which no topology has
            Map.entry("logging.level.org.apache.kafka.streams.StreamsConfig", "ERROR"),
            // Kafka's assignor logs each rebalance in ten lines under the name of the class that extends it
            Map.entry("logging.level.dev.clipstream.runtime.kafka.group.IdentityAssignor", "WARN"),
            Map.entry("logging.level.dev.clipstream.runtime.kafka.group.UploadsAssignor", "WARN"),
            Map.entry("logging.level.dev.clipstream.runtime.kafka.group.LiveUploadsAssignor", "WARN"),
            // reports twice that there is no GPU
            Map.entry("logging.level.ai.djl", "ERROR"),
            Map.entry("logging.level.org.springframework", "WARN"),
            // the command reports a failed start in one line
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "OFF"),
            Map.entry("logging.level.org.springframework.boot.diagnostics", "OFF"),
            Map.entry("logging.level.org.springframework.boot.web.server.servlet.context", "ERROR"),
            Map.entry("logging.level.org.springframework.boot.tomcat.servlet", "OFF"),
            Map.entry("logging.level.org.apache.catalina", "WARN"),
            Map.entry("logging.level.org.apache.coyote", "WARN"),
            Map.entry("spring.servlet.multipart.enabled", "false"),
            // room for a text of 4,096 characters, percent-encoded
            Map.entry("server.max-http-request-header-size", "64KB"),
            Map.entry("server.tomcat.max-connections", Integer.toString(maxConnections())),
            // without a byte from the client; bodies and responses also have search.body-timeout
            Map.entry("server.tomcat.connection-timeout", "20s"),
            // a body that no handler reads is not waited for
            Map.entry("server.tomcat.max-swallow-size", "0"),
            Map.entry("server.tomcat.max-http-form-post-size", "0"),
            Map.entry("spring.mvc.formcontent.filter.enabled", "false"),
            // by default, only this machine can connect
            Map.entry("server.address", "127.0.0.1"),
            Map.entry("server.port", "8080"),
            // running requests are waited for after the drain, within the time that a close may take
            Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "5s"),
            Map.entry("management.endpoints.web.exposure.include", "health,info,prometheus"),
            Map.entry("management.endpoint.health.show-details", "always"),
            Map.entry("management.endpoint.health.probes.enabled", "true"),
            Map.entry("management.endpoint.health.group.readiness.include", "readinessState,model,streams,broker"),
            Map.entry("management.health.diskspace.enabled", "false"),
            Map.entry("management.health.ssl.enabled", "false"));

    private Defaults() {}

    /// Returns the number of connections whose buffers take an eighth of the heap, at least 200 and at most 2000.
    private static int maxConnections() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / 8 / CONNECTION_BYTES, 200, 2000);
    }
}
