package dev.clipstream.cli.label;

import dev.clipstream.cli.option.LabelSetOptions;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaFeedback;
import dev.clipstream.event.Verdict;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Publishes a verdict about a label of a medium.
@Command(
        name = "feedback",
        description = {
            "Say whether a medium shows a label, regardless of whether it was tagged with it.",
            "The verdict changes no tag: labels learn makes a new version of the label set from verdicts.",
            "--set NAME is the label set that the label is of; by default, everyday."
        },
        footer = {"", "Prints one line of JSON: mediaId, label, verdict, partition, offset."})
final class LabelsFeedbackCommand implements Callable<Integer> {
    @Mixin
    private final LabelSetOptions.Required kafka = new LabelSetOptions.Required();

    @Mixin
    private final FeedbackTopic topic = new FeedbackTopic();

    @Parameters(index = "0", paramLabel = "MEDIA", description = "The media id.")
    private String mediaId = "";

    @Parameters(index = "1", paramLabel = "LABEL", description = "The label's id.")
    private String label = "";

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Given given = new Given();

    @Option(names = "--by", required = true, paramLabel = "NAME", description = "Who says so.")
    private String by = "";

    private final Clock clock = Clock.systemUTC();

    /// The verdict.
    static final class Given {
        @Option(names = "--right", required = true, description = "The medium shows the label.")
        private boolean right;

        @Option(names = "--wrong", required = true, description = "It does not.")
        private boolean wrong;

        Verdict verdict() {
            if (right == wrong) {
                throw new IllegalStateException("Expected one of --right and --wrong");
            }
            return right ? Verdict.RIGHT : Verdict.WRONG;
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String labelSet = kafka.labelSet().orElse("everyday");
        Map<String, Object> configuration =
                kafka.configuration(Map.of("max.block.ms", 15_000, "enable.idempotence", true));
        kafka.requireTopic(topic.name(), AclOperation.WRITE, configuration);
        MediaFeedback event = MediaFeedback.newBuilder()
                .setMediaId(mediaId)
                .setLabelSet(labelSet)
                .setLabelId(label)
                .setVerdict(given.verdict())
                .setBy(by.strip())
                .setGivenAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                .build();
        RecordMetadata there;
        try (KafkaProducer<String, MediaFeedback> producer =
                new KafkaProducer<>(configuration, new StringSerializer(), AvroSerde.feedback())) {
            there = producer.send(new ProducerRecord<>(topic.name(), mediaId, event))
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("mediaId", mediaId);
        line.put("label", label);
        line.put("verdict", given.verdict().name().toLowerCase(Locale.ROOT));
        line.put("partition", there.partition());
        line.put("offset", there.offset());
        new JsonLines().write(line);
        return CommandLine.ExitCode.OK;
    }
}
