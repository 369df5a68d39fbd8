package dev.clipstream.cli.event;

import dev.clipstream.cli.input.MediaPaths;
import dev.clipstream.cli.input.MediaPaths.Input;
import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Publishes an upload event per image, or deletes media.
@Command(
        name = "publish",
        description =
                "Publish upload events for files, folders (recursively), globs and URIs. With -, read the list from standard input.",
        footer = {
            "",
            "Prints, in a pipe or with --json, one line per event: {\"input\",\"mediaId\",\"partition\",\"offset\"}, or {\"input\",\"error\"} and exit code 1.",
            "An event carries a file's file: URI, which the service must be allowed to read (fetch.allowed-roots), or with --inline its bytes."
        })
public final class PublishCommand implements Callable<Integer> {

    /// What the media id is derived from.
    enum KeyBy {
        PATH,
        NAME,
        SHA256;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String HEADER =
            String.format(Locale.ROOT, "%-36s  %9s  %8s  %s", "input", "partition", "offset", "media id");
    private static final String MAX_REQUEST_SIZE = "max.request.size";
    private static final Map<String, Object> DEFAULTS = Map.of(
            "max.block.ms",
            15_000,
            "linger.ms",
            5,
            MAX_REQUEST_SIZE,
            33 << 20,
            "buffer.memory",
            64L << 20, // must exceed max.request.size
            "enable.idempotence",
            true);

    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(
            names = "--topic",
            paramLabel = "T",
            description = "The topic. Default: media.uploaded, or media.backfill with --backfill.")
    private @Nullable String givenTopic;

    @Option(
            names = "--backfill",
            description = "Publish to media.backfill, whose events yield to those of media.uploaded.")
    private boolean backfill;

    @Option(names = "--inline", description = "Send the bytes of a file in the event instead of its URI.")
    private boolean inline;

    @Option(
            names = "--key-by",
            paramLabel = "path|name|sha256",
            description =
                    "The media id: the path or URI as given, its last part, or the SHA-256 of the file. Default: path.")
    private KeyBy keyBy = KeyBy.PATH;

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "An attribute to add to every event.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--uploaded-at",
            paramLabel = "TIME",
            description =
                    "When the media were uploaded or deleted, such as 2024-05-01T12:00:00Z; also the record's timestamp. Default: now.")
    private @Nullable Instant uploadedAt;

    @Option(names = "--delete", description = "Delete media; the arguments are media ids.")
    private boolean delete;

    @Parameters(arity = "1..*", paramLabel = "PATH|URI|-", description = "What to publish.")
    private List<String> arguments = List.of();

    private String topic = Topics.DEFAULT.uploaded();
    private final Clock clock = Clock.systemUTC();
    private final AvroSerde<MediaUploaded> serde = AvroSerde.uploaded();
    private LineWriter out = new JsonLines();
    private long maxRequestBytes;
    private final Object lock = new Object();
    private int failed;

    @Override
    public Integer call() throws IOException {
        if (delete && inline) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected --delete or --inline, found both");
        }
        if (delete && backfill) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "expected --delete or --backfill, found both. Publish deletions without --backfill, because a"
                            + " deletion there would wait behind all back-fills");
        }
        if (backfill && givenTopic != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected --backfill or --topic, found both");
        }
        if (givenTopic != null) {
            topic = givenTopic;
        } else if (backfill) {
            topic = Topics.DEFAULT.backfill();
        }
        if (arguments.stream().anyMatch(String::isEmpty)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "expected " + (delete ? "media ids" : "files, folders, globs or URIs")
                            + ", found an empty argument");
        }
        out = output.writer(HEADER, PublishCommand::row);
        Map<String, Object> configuration = kafka.configuration(DEFAULTS);
        maxRequestBytes = KafkaOptions.whole(MAX_REQUEST_SIZE, configuration.getOrDefault(MAX_REQUEST_SIZE, 0));
        kafka.requireTopic(
                topic,
                AclOperation.WRITE,
                configuration); // fails before any input is read, and before a producer could create the topic
        try (KafkaProducer<String, byte @Nullable []> producer =
                        new KafkaProducer<>(configuration, new StringSerializer(), new ByteArraySerializer());
                Progress progress = output.progress("publishing", -1)) {
            try (Stream<Input> inputs =
                    delete ? arguments.stream().map(id -> new Input(id, null, null)) : MediaPaths.of(arguments)) {
                inputs.forEach(input -> publish(producer, input, progress));
            }
            producer.flush();
        }
        return failed == 0 ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
    }

    private static List<String> row(Map<String, ?> line) {
        return List.of(String.format(
                Locale.ROOT,
                "%-36s  %9s  %8s  %s",
                Terminal.text(String.valueOf(line.get("input"))),
                line.get("partition"),
                line.get("offset"),
                Terminal.text(String.valueOf(line.get("mediaId")))));
    }

    private void publish(KafkaProducer<String, byte @Nullable []> producer, Input input, Progress progress) {
        try {
            if (input.error() != null) {
                report(input, null, input.error());
                return;
            }
            String mediaId = delete ? input.given() : mediaId(input);
            byte[] value = delete ? null : serde.serialize(topic, event(mediaId, input));
            Long timestamp = uploadedAt == null ? null : uploadedAt.toEpochMilli();
            var _ = producer.send(new ProducerRecord<>(topic, null, timestamp, mediaId, value), (written, failure) -> {
                if (failure != null) {
                    report(input, mediaId, Failures.explain(failure));
                } else {
                    Map<String, Object> line = new LinkedHashMap<>();
                    line.put("input", input.given());
                    line.put("mediaId", mediaId);
                    line.put("partition", written.partition());
                    line.put("offset", written.offset());
                    write(line);
                }
                progress.step();
            });
        } catch (IOException | IllegalArgumentException | OutOfMemoryError e) {
            report(input, null, Failures.explain(e)); // memory suffices again once this input is dropped
        }
    }

    private MediaUploaded event(String mediaId, Input input) throws IOException {
        Path file = input.file();
        MediaUploaded.Builder event = MediaUploaded.newBuilder()
                .setMediaId(mediaId)
                .setUploadedAt((uploadedAt == null ? clock.instant() : uploadedAt).truncatedTo(ChronoUnit.MICROS))
                .setAttributes(attributes)
                .setContentType(contentType(input));
        if (file == null) {
            if (inline) {
                throw new IllegalArgumentException(
                        "--inline: expected a file, found a URI. Publish the URI without --inline.");
            }
            event.setUri(input.given());
        } else if (inline) {
            event.setContent(ByteBuffer.wrap(inlined(file)));
        } else {
            event.setUri(file.toRealPath().toUri().toString());
        }
        return event.build();
    }

    private byte[] inlined(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > maxRequestBytes) {
            throw new IllegalArgumentException("--inline: expected a file of at most " + maxRequestBytes
                    + " bytes (max.request.size), found " + bytes + ". Publish its URI without --inline.");
        }
        return Files.readAllBytes(file);
    }

    private static @Nullable String contentType(Input input) throws IOException {
        return input.file() == null ? null : Files.probeContentType(input.file());
    }

    private String mediaId(Input input) throws IOException {
        return switch (keyBy) {
            case PATH -> input.given();
            case NAME -> input.name();
            case SHA256 -> {
                if (input.file() == null) {
                    throw new IllegalArgumentException(
                            "--key-by sha256: expected a file, found a URI. Use --key-by path or name.");
                }
                yield sha256(input.file());
            }
        };
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }

    private void report(Input input, @Nullable String mediaId, String error) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("input", input.given());
        if (mediaId != null) {
            line.put("mediaId", mediaId);
        }
        line.put("error", error);
        synchronized (lock) {
            failed++;
            out.write(line);
        }
    }

    private void write(Map<String, ?> line) {
        synchronized (lock) {
            out.write(line);
        }
    }
}
