package dev.clipstream.runtime.web;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.runtime.kafka.KafkaEvents;
import dev.clipstream.runtime.kafka.KafkaOriginals;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.KafkaUploads;
import dev.clipstream.runtime.kafka.KafkaVerdicts;
import dev.clipstream.runtime.kafka.labels.KafkaLabelSets;
import dev.clipstream.runtime.kafka.labels.KafkaStandingQueries;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import dev.clipstream.runtime.pipeline.Pipeline;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.search.Calibration;
import dev.clipstream.search.Calibrations;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.StandingQueries;
import dev.clipstream.search.http.AlertController;
import dev.clipstream.search.http.EventsController;
import dev.clipstream.search.http.FeedbackController;
import dev.clipstream.search.http.LabelController;
import dev.clipstream.search.http.OpenApiController;
import dev.clipstream.search.http.OriginalController;
import dev.clipstream.search.http.Problems;
import dev.clipstream.search.http.RequestErrors;
import dev.clipstream.search.http.SearchController;
import dev.clipstream.search.http.StateController;
import dev.clipstream.search.http.ThumbnailController;
import dev.clipstream.search.http.UnhandledErrors;
import dev.clipstream.search.http.UploadController;
import dev.clipstream.search.http.WhyController;
import dev.clipstream.search.http.entry.ApiKeys;
import dev.clipstream.search.http.entry.BodyHandlers;
import dev.clipstream.search.http.entry.SlowClients;
import dev.clipstream.search.http.label.LabelSetController;
import dev.clipstream.search.http.page.PageResources;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/// Beans of the HTTP API for searches and uploads, and of its page.
@Configuration(proxyBeanMethods = false)
class SearchConfiguration {
    /// What bodies and responses may hold of the heap, which images, batches and the index need, too.
    private static final int SHARE_OF_HEAP = 8;

    private static final int BEFORE_SLOW_CLIENTS = Ordered.LOWEST_PRECEDENCE - 1;

    @Bean
    SearchController searchController(Pipeline pipeline, Settings settings) throws StartException {
        return new SearchController(
                pipeline.lookups(),
                new Calibrations(calibration(pipeline, settings.search().calibration())),
                settings.search().maxResults());
    }

    @Bean
    LabelController labelController(Pipeline pipeline) {
        return new LabelController(pipeline.lookups());
    }

    @Bean
    KafkaLabelSets kafkaLabelSets(KafkaProperties kafka, Settings settings, Pipeline pipeline) {
        return new KafkaLabelSets(
                kafka,
                pipeline.labelFeed(),
                pipeline.labelTaggers(),
                settings.topics().labels());
    }

    @Bean
    LabelSetController labelSetController(KafkaLabelSets sets, Pipeline pipeline) {
        return new LabelSetController(sets, pipeline.lookups());
    }

    @Bean
    AlertController alertController(KafkaProperties kafka, Settings settings, Pipeline pipeline) {
        String topic = settings.topics().labels();
        Optional<StandingQueries> queries = topic.isEmpty()
                ? Optional.empty()
                : Optional.of(new KafkaStandingQueries(new LabelWriter(
                        kafka.consumer("alerts", Map.of()), kafka.producer("alerts", Map.of()), topic)));
        return new AlertController(queries, pipeline.lookups());
    }

    @Bean
    KafkaUploads kafkaUploads(KafkaProperties kafka, Settings settings, Clock clock) {
        return new KafkaUploads(
                kafka, settings.topics().uploaded(), settings.search().maxBytes(), clock);
    }

    @Bean
    UploadController uploadController(KafkaUploads uploads, Pipeline pipeline) {
        return new UploadController(uploads, pipeline.lookups());
    }

    @Bean
    KafkaVerdicts kafkaVerdicts(KafkaProperties kafka, Settings settings, Clock clock) {
        return new KafkaVerdicts(kafka, settings.topics().feedback(), clock);
    }

    @Bean
    FeedbackController feedbackController(KafkaVerdicts verdicts, Pipeline pipeline) {
        return new FeedbackController(verdicts, pipeline.lookups());
    }

    @Bean
    KafkaOriginals kafkaOriginals(KafkaProperties kafka, Settings settings, Pipeline pipeline) {
        return new KafkaOriginals(kafka, settings.topics().names().uploads(), pipeline.pictureFetcher());
    }

    @Bean
    ThumbnailController thumbnailController(Pipeline pipeline, KafkaOriginals originals) {
        return new ThumbnailController(pipeline.lookups(), originals);
    }

    @Bean
    OriginalController originalController(Pipeline pipeline, KafkaOriginals originals) {
        return new OriginalController(pipeline.lookups(), originals);
    }

    @Bean
    WhyController whyController(Pipeline pipeline, KafkaOriginals originals) {
        return new WhyController(pipeline.lookups(), originals);
    }

    @Bean
    KafkaEvents kafkaEvents(KafkaProperties kafka, Settings settings) {
        return new KafkaEvents(kafka, settings.topics().names());
    }

    @Bean
    EventsController eventsController(KafkaEvents events, Pipeline pipeline) {
        return new EventsController(events, pipeline.lookups());
    }

    @Bean
    StateController stateController(Pipeline pipeline, MeterRegistry meters, Settings settings) {
        return new StateController(new PipelineState(
                pipeline, meters, settings.topics().names(), settings.search().maxResults()));
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
            throw new SettingException("The setting search.calibration is invalid: " + e.getMessage(), e);
        }
        if (pipeline.lookups().isEmpty()) {
            return Optional.empty(); // this instance answers no searches
        }
        List<ModelIdentity> models =
                pipeline.lookups().get().all().stream().map(Lookups::model).toList();
        if (!models.contains(found.model())) {
            throw new SettingException("The setting search.calibration takes a calibration of one of this instance's"
                    + " models, " + models + ", found one of " + found.model()
                    + ". Create it with clipstream index calibrate");
        }
        return Optional.of(found);
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
    UnhandledErrors unhandledErrors() {
        return new UnhandledErrors();
    }

    @Bean
    PageResources pageResources() {
        return new PageResources();
    }

    @Bean
    FilterRegistrationBean<ApiKeys> apiKeys(Settings settings, Environment environment, JsonMapper json)
            throws UnknownHostException {
        FilterRegistrationBean<ApiKeys> filter =
                new FilterRegistrationBean<>(apiKeys(settings, environment.getProperty("server.address", ""), json));
        filter.setOrder(BEFORE_SLOW_CLIENTS);
        return filter;
    }

    /// @param address that a web server listens on; empty for all
    static ApiKeys apiKeys(Settings settings, String address, JsonMapper json) throws UnknownHostException {
        boolean loopback = !address.isEmpty() && InetAddress.getByName(address).isLoopbackAddress();
        return new ApiKeys(settings.search().apiKeys(), loopback, json);
    }

    @Bean
    FilterRegistrationBean<SlowClients> slowClients(
            Settings settings,
            @Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> handlers,
            JsonMapper json) {
        long memory = Math.max(
                Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP,
                2L * settings.search().maxBytes());
        FilterRegistrationBean<SlowClients> filter = new FilterRegistrationBean<>(new SlowClients(
                Set.of(EventsController.PATH),
                new BodyHandlers(handlers::getObject),
                settings.search().maxBytes(),
                memory,
                settings.search().bodyTimeout(),
                json));
        filter.addUrlPatterns("/v1/*");
        return filter;
    }
}
