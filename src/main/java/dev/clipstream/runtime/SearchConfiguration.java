package dev.clipstream.runtime;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.search.Calibration;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.http.ApiKeys;
import dev.clipstream.search.http.EventsController;
import dev.clipstream.search.http.LabelController;
import dev.clipstream.search.http.OpenApiController;
import dev.clipstream.search.http.PageResources;
import dev.clipstream.search.http.Problems;
import dev.clipstream.search.http.RequestErrors;
import dev.clipstream.search.http.SearchController;
import dev.clipstream.search.http.StateController;
import dev.clipstream.search.http.ThumbnailController;
import dev.clipstream.search.http.UploadController;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;
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
    SearchController searchController(Pipeline pipeline, Settings settings) throws StartException {
        return new SearchController(
                pipeline.lookups(),
                calibration(pipeline, settings.search().calibration()),
                settings.search().maxResults(),
                settings.search().maxBytes());
    }

    @Bean
    LabelController labelController(Pipeline pipeline, Settings settings) {
        return new LabelController(pipeline.lookups(), settings.search().maxBytes());
    }

    @Bean
    KafkaUploads kafkaUploads(Settings settings, Clock clock) {
        return new KafkaUploads(
                clients(settings).getProducerConfigs(settings.applicationId() + "-uploads"),
                settings.topics().uploaded(),
                settings.search().maxBytes(),
                clock);
    }

    @Bean
    UploadController uploadController(KafkaUploads uploads, Pipeline pipeline, Settings settings) {
        return new UploadController(
                uploads, pipeline.lookups(), settings.search().maxBytes());
    }

    @Bean
    UploadedPictures uploadedPictures(Settings settings, Pipeline pipeline) {
        return new UploadedPictures(
                clients(settings).getRestoreConsumerConfigs(settings.applicationId() + "-pictures"),
                settings.topics().uploaded(),
                pipeline.pictureFetcher());
    }

    @Bean
    ThumbnailController thumbnailController(Pipeline pipeline, UploadedPictures originals) {
        return new ThumbnailController(pipeline.lookups(), originals);
    }

    @Bean
    KafkaEvents kafkaEvents(Settings settings) {
        return new KafkaEvents(
                clients(settings).getRestoreConsumerConfigs(settings.applicationId() + "-events"),
                settings.topics().names());
    }

    @Bean
    EventsController eventsController(KafkaEvents events) {
        return new EventsController(events);
    }

    @Bean
    StateController stateController(Pipeline pipeline, MeterRegistry meters, Settings settings) {
        return new StateController(
                new PipelineState(pipeline, meters, settings.topics().uploaded()));
    }

    @Bean
    OpenApiController openApiController() {
        return new OpenApiController();
    }

    private static Optional<Calibration> calibration(Pipeline pipeline, String file) throws StartException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Calibration found;
        try {
            found = Calibration.read(Path.of(file));
        } catch (IOException e) {
            throw new SettingException("The setting search.calibration is refused: " + e.getMessage(), e);
        }
        if (pipeline.lookups().isEmpty()) {
            return Optional.empty(); // nobody asks here
        }
        List<ModelIdentity> models =
                pipeline.lookups().get().all().stream().map(Lookups::model).toList();
        if (!models.contains(found.model())) {
            throw new SettingException("The setting search.calibration takes one of a model that is asked here, "
                    + models + ", found one of " + found.model()
                    + ": make it with clipstream index calibrate");
        }
        return Optional.of(found);
    }

    /// What the settings say of Kafka's clients; those that only Kafka Streams has are left out by it.
    private static StreamsConfig clients(Settings settings) {
        Map<String, Object> properties = new HashMap<>(settings.kafka());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        return new StreamsConfig(properties);
    }

    @Bean
    Problems problems() {
        return new Problems();
    }

    @Bean
    RequestErrors requestErrors() {
        return new RequestErrors();
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

    /// A media id may hold a slash of either kind, which its path has as `%2F` or `%5C`.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> slashesInPaths() {
        return server -> server.addConnectorCustomizers(connector -> {
            connector.setEncodedSolidusHandling("passthrough");
            connector.setEncodedReverseSolidusHandling("passthrough");
        });
    }
}
