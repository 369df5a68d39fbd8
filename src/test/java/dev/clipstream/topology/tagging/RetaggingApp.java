package dev.clipstream.topology.tagging;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.event.Topics;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.lifecycle.StopSignals;
import dev.clipstream.runtime.settings.DefaultLabels;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.HeldOffsetsClientSupplier;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicRules;
import dev.clipstream.topology.wiring.StageStreamsConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/// The tagging topology with the bundled model and the everyday labels, in a JVM that can be killed. Each line of its
/// standard input is the number of a version of the label sets, which it tags with from then on.
final class RetaggingApp {
    private static final Path MODEL = Path.of("models/clipstream-tiny");

    private RetaggingApp() {}

    static ClipModel model() throws ModelException {
        return ModelOpening.open(MODEL, ModelOptions.DEFAULT.withDevices("cpu").withCpuThreads(1));
    }

    static Topics topics(String name) {
        return new Topics(
                name + ".uploaded",
                "",
                name + ".embedded",
                name + ".tagged",
                name + ".rejected",
                name + ".labels",
                name + ".feedback",
                name + ".alerts");
    }

    /// Returns a version of the label sets: the everyday labels, with other templates, names and numbers of tags.
    ///
    /// @param version from 1
    static TaggerSnapshot snapshot(ClipModel model, int version) {
        LabelSet everyday = DefaultLabels.of(model.identity());
        LabelSet labels = new LabelSet(
                everyday.name(),
                String.valueOf(version),
                version % 2 == 0 ? "zh" : "en",
                everyday.promptLanguage(),
                LabelSet.Mode.EXCLUSIVE,
                3 + version,
                0.01,
                List.of(version % 2 == 0 ? "{} on a table" : "a photo of {}"),
                List.of(),
                everyday.labels());
        try {
            return new TaggerSnapshot(
                    model.identity(),
                    new LabelsPosition("drill", version),
                    labels.name(),
                    List.of(ZeroShotTagger.create(
                            labels, model.textEncoder(), model.requireScoring(), model.identity())));
        } catch (ModelException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StreamsConfig config(String bootstrapServers, String name, Path state) {
        return StageStreamsConfig.of(
                name,
                null,
                StageLimits.forBatch(256),
                Map.of(
                        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        StreamsConfig.STATE_DIR_CONFIG,
                        state.toString(),
                        "main.consumer.session.timeout.ms",
                        "6000",
                        "main.consumer.heartbeat.interval.ms",
                        "500"));
    }

    /// @param arguments bootstrap servers, name of the run, state folder, version of the label sets
    public static void main(String[] arguments) throws Exception {
        ClipModel model = model();
        LiveTagger tagger = new LiveTagger(snapshot(model, Integer.parseInt(arguments[3])));
        StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry(), TaggingTopology.NAME);
        KafkaStreams streams = new KafkaStreams(
                TaggingTopology.build(topics(arguments[1]), tagger, TopicRules.NONE, metrics, Clock.systemUTC()),
                config(arguments[0], arguments[1] + "-tagging", Path.of(arguments[2])),
                new HeldOffsetsClientSupplier(Map.of(), TopicFacts.UNKNOWN, metrics, Clock.systemUTC()));
        streams.setUncaughtExceptionHandler(thrown -> {
            thrown.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> System.out.println(now));
        StopSignals.onStop(Duration.ofMinutes(1), streams::close);
        streams.start();
        BufferedReader versions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = versions.readLine(); line != null; line = versions.readLine()) {
            tagger.replace(snapshot(model, Integer.parseInt(line)));
        }
        System.exit(0); // the parent ended
    }
}
