package dev.clipstream.runtime.pipeline;

import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A temporary folder for the state of a pipeline without the property `kafka.state.dir`. Kafka Streams' own default is
/// one folder for all processes of a machine, which lock each other out, and which outlives the brokers of tests.
final class StateFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
    private static final String PROPERTY = StreamsConfig.STATE_DIR_CONFIG;

    private final Path path;

    private StateFolder(Path path) {
        this.path = path;
    }

    /// Returns the settings with a folder, which is created if they name none.
    ///
    /// @param opened deletes the folder at the end
    static Settings in(Settings settings, Resources opened) throws StartException {
        if (settings.kafka().containsKey(PROPERTY)) {
            return settings;
        }
        try {
            StateFolder created = opened.own(new StateFolder(Files.createTempDirectory("clipstream-state-")));
            return settings.withKafka(PROPERTY, created.path.toString());
        } catch (IOException e) {
            throw new StartException(
                    "kafka." + PROPERTY + ": Expected a folder for state, found that none can be created in "
                            + System.getProperty("java.io.tmpdir") + " (" + e + "). Make room, or name a folder",
                    e);
        }
    }

    /// Deletes the folder.
    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> files = all.sorted(Comparator.reverseOrder()).toList();
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("Cannot delete the temporary folder {}", path, e);
        }
    }
}
