package dev.clipstream.runtime.lifecycle;

import dev.clipstream.runtime.pipeline.Pipeline;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.SettingNames;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.web.Defaults;
import dev.clipstream.runtime.web.ServiceConfiguration;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/// The running service: the topologies of an instance, health, metrics and the HTTP API, from its start until it is
/// drained and closed.
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(15);

    private final ConfigurableApplicationContext context;
    private final ProcessFolder temporary;
    private final Pipeline pipeline;

    private Service(ConfigurableApplicationContext context, ProcessFolder temporary) {
        this.context = context;
        this.temporary = temporary;
        this.pipeline = context.getBean(Pipeline.class);
    }

    /// Starts the service and returns when its topologies have begun to join their groups.
    ///
    /// @param settings full property names and values, which override every other source
    /// @param file     YAML or properties file; null: none
    /// @throws SettingException if a setting has a value that it does not take
    /// @throws StartException   if the model, the labels, the brokers or the port cannot be used
    public static Service start(Map<String, String> settings, @Nullable Path file) throws StartException {
        String log = settings.getOrDefault("clipstream.log", "json");
        if (!Settings.LOGS.contains(log)) {
            throw new SettingException("The setting log takes json or text, found " + log);
        }
        Map<String, Object> defaults = new LinkedHashMap<>(Defaults.PROPERTIES);
        if (file != null) {
            SettingsFile.require(file);
            defaults.put("spring.config.additional-location", file.toUri().toString());
        }
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        ProcessFolder temporary = ProcessFolder.create();
        defaults.put(ServiceConfiguration.TEMPORARY_FOLDER, temporary.path().toString());
        // Kafka Streams' own default is one folder for all processes, which lock each other out
        defaults.put(
                "clipstream.kafka." + StreamsConfig.STATE_DIR_CONFIG,
                temporary.path().resolve("state").toString());
        try {
            Service service = new Service(
                    new SpringApplicationBuilder(ServiceConfiguration.class)
                            .properties(defaults)
                            .initializers(Service::checkPortsAfterSettings)
                            .registerShutdownHook(false)
                            .run(arguments),
                    temporary);
            SettingNames.unknownVariables(System.getenv().keySet()).forEach(LOG::warn);
            SettingNames.ignoredProxies(System.getenv().keySet()).ifPresent(LOG::warn);
            return service;
        } catch (RuntimeException e) {
            temporary.close();
            throw explained(e);
        }
    }

    /// Checks the ports as soon as the settings are valid, so that a wrong setting is reported first.
    private static void checkPortsAfterSettings(ConfigurableApplicationContext starting) {
        starting.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof Settings) {
                    FreePorts.require(starting.getEnvironment());
                }
                return bean;
            }
        });
    }

    /// Returns the topologies.
    public Pipeline pipeline() {
        return pipeline;
    }

    /// Returns the settings in effect, from all sources.
    public Settings settings() {
        return context.getBean(Settings.class);
    }

    /// Returns the port of the web server; -1: there is none.
    public int port() {
        return context instanceof WebServerApplicationContext web && web.getWebServer() != null
                ? web.getWebServer().getPort()
                : -1;
    }

    /// Returns the scheme, host and port at which a client on this machine reaches the web server.
    public String origin() {
        return origin("", port());
    }

    /// Returns where a client on this machine reaches health and metrics, which may have a port of their own.
    public String managementOrigin() {
        int port = context.getEnvironment().getProperty("local.management.port", Integer.class, port());
        return origin("management.", port);
    }

    /// @param prefix of the settings of a web server that differ from the main one's
    private String origin(String prefix, int port) {
        Environment environment = context.getEnvironment();
        boolean tls = environment.getProperty("server.ssl.enabled", Boolean.class, true)
                && (environment.containsProperty("server.ssl.bundle")
                        || environment.containsProperty("server.ssl.key-store")
                        || environment.containsProperty("server.ssl.certificate"));
        return (tls ? "https://" : "http://")
                + host(environment.getProperty(
                        prefix + "server.address", environment.getProperty("server.address", "")))
                + ":" + port;
    }

    /// Returns the host of a URL, for an address that the web server listens on.
    static String host(String address) {
        try {
            InetAddress parsed = InetAddress.getByName(address.isEmpty() ? "0.0.0.0" : address);
            if (parsed.isAnyLocalAddress()) {
                return "127.0.0.1";
            }
            boolean literal = parsed instanceof Inet6Address && address.indexOf(':') >= 0;
            return literal && !address.startsWith("[") ? "[" + address + "]" : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }

    /// Waits until all topologies run.
    ///
    /// @return whether they run within `patience`
    /// @throws StartException if a topology stopped
    public boolean awaitRunning(Duration patience) throws StartException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (!pipeline.isRunning()) {
            if (System.nanoTime() > deadlineNanos) {
                return false;
            }
            Throwable failure = awaitFailure(Duration.ofMillis(20));
            if (failure != null) {
                throw new StartException("A topology stopped", failure);
            }
        }
        return true;
    }

    /// Waits until a topology stops on its own.
    ///
    /// @return the cause; null: no topology stopped within `patience`
    public @Nullable Throwable awaitFailure(Duration patience) {
        try {
            return (Throwable) pipeline.failure().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    /// Returns how long [#close()] may take: the setting `shutdown-timeout` and some seconds for what follows the
    /// drain.
    public Duration closeLimit() {
        return settings().shutdownTimeout().plus(AFTER_DRAIN);
    }

    /// Drains, commits and closes everything, within [#closeLimit()].
    @Override
    public void close() {
        context.close();
        temporary.close();
    }

    /// Finds the cause that the user can act on in the layers of a failed start.
    private static StartException explained(RuntimeException failure) {
        Throwable deepest = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartException ours) {
                return ours;
            }
            if (cause instanceof BindException bind) {
                return SettingException.of(bind);
            }
            if (cause instanceof PortInUseException port) {
                return FreePorts.taken("server.port", port.getPort());
            }
            deepest = cause;
        }
        return deepest instanceof ConfigException
                ? new SettingException(String.valueOf(deepest.getMessage()), deepest)
                : new StartException(String.valueOf(deepest.getMessage()), failure);
    }
}
