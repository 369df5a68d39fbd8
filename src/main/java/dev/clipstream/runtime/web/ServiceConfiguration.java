package dev.clipstream.runtime.web;

import dev.clipstream.runtime.kafka.BrokerHealth;
import dev.clipstream.runtime.kafka.BrokerProbe;
import dev.clipstream.runtime.kafka.BrokerWatch;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.TopicsAtStart;
import dev.clipstream.runtime.pipeline.Pipeline;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import java.io.File;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/// Beans of the service: the pipeline, its lifecycle and its health. [SearchConfiguration] has those of the HTTP API.
@SpringBootConfiguration(proxyBeanMethods = false)
// both would connect to a Redis of their own
@EnableAutoConfiguration(
        excludeName = {"com.redis.om.spring.RedisModulesConfiguration", "com.redis.om.spring.EntraIDConfiguration"})
@EnableConfigurationProperties(Settings.class)
@Import(SearchConfiguration.class)
public class ServiceConfiguration {
    /// The property that names the web server's folder of temporary files.
    public static final String TEMPORARY_FOLDER = "server.tomcat.basedir";

    @Bean
    HttpServer httpServer() {
        return new HttpServer();
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    KafkaProperties kafkaProperties(Settings settings) {
        return new KafkaProperties(settings);
    }

    /// Without a root, the web server would create an empty one among the temporary files, which nobody deletes if the
    /// process is killed. Nothing is served from it.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> rootAmongTheTemporaryFiles(Environment environment) {
        return server -> Optional.ofNullable(environment.getProperty(TEMPORARY_FOLDER))
                .ifPresent(folder -> server.setDocumentRoot(new File(folder)));
    }

    @Bean
    BrokerWatch brokerWatch(KafkaProperties kafka, Settings settings, Clock clock) throws StartException {
        BrokerProbe.check(kafka.admin("probe"), "kafka.");
        return BrokerWatch.connect(kafka.admin("admin"), settings.bootstrapServers(), clock);
    }

    // the watch closes it
    @Bean(destroyMethod = "")
    Admin admin(BrokerWatch brokers) {
        return brokers.admin();
    }

    /// @param topics checked before a model is opened, which takes longer
    @Bean
    Pipeline pipeline(Settings settings, MeterRegistry meters, Clock clock, TopicsAtStart topics)
            throws StartException {
        topics.ensure();
        return Pipeline.create(settings, meters, clock, UnaryOperator.identity());
    }

    @Bean
    TopicsAtStart topicsAtStart(Admin admin, Settings settings) {
        return new TopicsAtStart(admin, settings);
    }

    @Bean
    PipelineLifecycle pipelineLifecycle(Pipeline pipeline) {
        return new PipelineLifecycle(pipeline);
    }

    /// Denies copies of meters: until version 5, Kafka reports consumer metrics of a topic twice, once with `_` instead
    /// of `.` in the topic's name, and a sum over them would be doubled.
    @Bean
    MeterFilter oneSeriesForEachTopic(Settings settings) {
        Set<String> copies = settings.topics().all().stream()
                .map(topic -> topic.replace('.', '_'))
                .filter(copy -> !settings.topics().all().contains(copy))
                .collect(Collectors.toUnmodifiableSet());
        return MeterFilter.deny(meter ->
                meter.getName().startsWith("kafka.") && copies.contains(String.valueOf(meter.getTag("topic"))));
    }

    /// The model was checked when it was opened; without it the service does not start.
    @Bean
    HealthIndicator modelHealthIndicator(Pipeline pipeline) {
        Health checked = Health.up()
                .withDetail("id", pipeline.model().identity().id())
                .withDetail("fingerprint", pipeline.model().identity().fingerprint())
                .withDetail("dimension", pipeline.model().identity().dimension())
                .build();
        return () -> checked;
    }

    @Bean
    HealthIndicator streamsHealthIndicator(Pipeline pipeline) {
        return new StreamsHealth(pipeline.runners());
    }

    @Bean
    HealthIndicator indexHealthIndicator(Pipeline pipeline, Clock clock) {
        return new RecentHealth(new IndexHealthIndicator(pipeline.indexes()), clock);
    }

    @Bean
    HealthIndicator brokerHealthIndicator(Admin admin, Clock clock) {
        return new RecentHealth(new BrokerHealth(admin), clock);
    }
}
