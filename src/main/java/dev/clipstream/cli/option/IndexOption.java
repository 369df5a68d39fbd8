package dev.clipstream.cli.option;

import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.index.MediaIndexFactories;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.SettingNames;
import dev.clipstream.runtime.settings.SettingsTable;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Where the media index is: a flag, else the environment, with any `index.` setting on top.
public class IndexOption {
    private static final String INDEX = "index.";
    private static final String OURS = "clipstream.";
    private static final String INVALID = "Invalid value for option '";

    /// With `--set`, as `run` and `demo` take it: for commands whose `--set` is not Kafka's.
    public static final class WithSet extends IndexOption {
        @Option(
                names = "--set",
                paramLabel = "SETTING=VALUE",
                description = "A setting below index. by its whole name, such as index.prefix=media:.")
        private Map<String, String> set = new LinkedHashMap<>();

        @Override
        Map<String, String> wholeNames() {
            return set;
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--index",
            paramLabel = "URL|DIR",
            description = {
                "The media index: redis://host:port (and the other URLs that index.url takes) or the folder of an",
                "embedded one. Default: CLIPSTREAM_INDEX_URL or CLIPSTREAM_INDEX_PATH."
            })
    private @Nullable String index;

    @Option(
            names = "--index-set",
            paramLabel = "SETTING=VALUE",
            description = "A setting below index. (clipstream settings lists them), such as prefix=media:.")
    private Map<String, String> properties = new LinkedHashMap<>();

    /// Settings that are named as a whole.
    Map<String, String> wholeNames() {
        return Map.of();
    }

    /// Opens the store to read.
    public MediaIndexes openToRead() throws SettingException {
        return openToRead(wholeNames());
    }

    /// Opens the store to read.
    ///
    /// @param set settings that are named as a whole, from the `--set` of somebody else
    public MediaIndexes openToRead(Map<String, String> set) throws SettingException {
        return factory(set).openReadOnly();
    }

    /// Opens the store, made if it is a folder that is not there.
    public MediaIndexes openToCreate() throws SettingException {
        return factory(wholeNames()).open();
    }

    /// Opens the store to change what is there.
    public MediaIndexes openToChange() throws SettingException {
        MediaIndexFactory factory = factory(wholeNames());
        factory.openReadOnly().close(); // refuses a folder that is not there
        return factory.open();
    }

    /// Whether a name is that of a setting of the index.
    public static boolean isOurs(String name) {
        return name.startsWith(INDEX) || name.startsWith(OURS + INDEX);
    }

    private MediaIndexFactory factory(Map<String, String> set) throws SettingException {
        Map<String, String> given = new LinkedHashMap<>();
        for (SettingsTable.Row row : SettingsTable.rows()) {
            String value = System.getenv(row.environment());
            if (row.name().startsWith(INDEX) && value != null) {
                given.put(OURS + row.name(), value);
            }
        }
        if (index != null) {
            boolean url = index.contains("://");
            given.put(OURS + "index.url", url ? index : "");
            given.put(OURS + "index.path", url ? "" : index);
        }
        properties.forEach((name, value) -> given.put(fullName("--index-set", INDEX + name), value));
        set.forEach((name, value) -> given.put(fullName("--set", name), value));
        return MediaIndexFactories.ofShared(given, Clock.systemUTC());
    }

    private String fullName(String option, String name) {
        try {
            if (isOurs(name)) {
                return SettingNames.fullName(name);
            }
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), INVALID + option + "': " + e.getMessage());
        }
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                INVALID + option + "': a setting below index. was expected, found '" + name
                        + "': clipstream settings lists them");
    }
}
