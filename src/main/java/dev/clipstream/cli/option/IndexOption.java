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

/// Options that select the media index: a URL or folder, which the environment provides by default, and any
/// further setting below `index.`.
public class IndexOption {
    private static final String INDEX = "index.";
    private static final String PREFIX = "clipstream.";
    private static final String INVALID = "Invalid value for option '";

    /// The same with `--set`, for commands that are not Kafka clients and so have no other `--set`.
    public static final class WithSet extends IndexOption {
        @Option(
                names = "--set",
                paramLabel = "SETTING=VALUE",
                description = "An index setting by its full name, such as index.prefix=media:.")
        private Map<String, String> set = new LinkedHashMap<>();

        @Override
        Map<String, String> fullNames() {
            return set;
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--index",
            paramLabel = "URL|DIR",
            description =
                    "The media index: redis://host:port (or another URL that index.url accepts), or the folder of an"
                            + " embedded index. Default: CLIPSTREAM_INDEX_URL or CLIPSTREAM_INDEX_PATH.")
    private @Nullable String index;

    @Option(
            names = "--index-set",
            paramLabel = "SETTING=VALUE",
            description = "An index setting by its name after index., such as prefix=media: (see clipstream settings).")
    private Map<String, String> properties = new LinkedHashMap<>();

    /// Returns the settings that were given by their full names.
    Map<String, String> fullNames() {
        return Map.of();
    }

    /// Returns whether the command line names an index.
    public boolean isGiven() {
        return index != null;
    }

    /// Opens the store for reading.
    public MediaIndexes openToRead() throws SettingException {
        return openToRead(fullNames());
    }

    /// Opens the store for reading.
    ///
    /// @param set settings by their full names, from the `--set` of another option group
    public MediaIndexes openToRead(Map<String, String> set) throws SettingException {
        return factory(set).openReadOnly();
    }

    /// Opens the store for writing, and creates the folder of an embedded store if it does not exist.
    public MediaIndexes openToCreate() throws SettingException {
        return factory(fullNames()).open();
    }

    /// Opens the store for writing; an embedded store must exist.
    public MediaIndexes openToChange() throws SettingException {
        return openToChange(fullNames());
    }

    /// Opens the store for writing; an embedded store must exist.
    ///
    /// @param set settings by their full names, from the `--set` of another option group
    public MediaIndexes openToChange(Map<String, String> set) throws SettingException {
        MediaIndexFactory factory = factory(set);
        factory.openReadOnly().close(); // refuses a missing folder
        return factory.open();
    }

    /// Returns whether a name is that of an index setting.
    public static boolean isIndexSetting(String name) {
        return name.startsWith(INDEX) || name.startsWith(PREFIX + INDEX);
    }

    private MediaIndexFactory factory(Map<String, String> set) throws SettingException {
        Map<String, String> given = new LinkedHashMap<>();
        for (SettingsTable.Row row : SettingsTable.rows()) {
            String value = System.getenv(row.environment());
            if (row.name().startsWith(INDEX) && value != null) {
                given.put(PREFIX + row.name(), value);
            }
        }
        if (index != null) {
            boolean url = index.contains("://") || index.matches("rediss?(-[a-z]+)?:.*");
            given.put(PREFIX + "index.url", url ? index : "");
            given.put(PREFIX + "index.path", url ? "" : index);
        }
        properties.forEach((name, value) -> given.put(fullName("--index-set", INDEX + name), value));
        set.forEach((name, value) -> given.put(fullName("--set", name), value));
        return MediaIndexFactories.ofShared(given, Clock.systemUTC());
    }

    private String fullName(String option, String name) {
        try {
            if (isIndexSetting(name)) {
                return SettingNames.fullName(name);
            }
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), INVALID + option + "': " + e.getMessage());
        }
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                INVALID + option + "': expected a setting below index., found '" + name
                        + "'. See clipstream settings.");
    }
}
