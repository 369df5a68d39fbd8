package dev.clipstream.cli.service;

import dev.clipstream.index.IndexAddress;
import dev.clipstream.runtime.index.MediaIndexFactories;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.SettingsTable;
import dev.clipstream.runtime.settings.TopologyName;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The next steps that the demo prints: commands that can be copied, whatever options the demo was started with.
///
/// Secrets are replaced by placeholders, because the output may end up in a log.
final class DemoTips {
    private DemoTips() {}

    /// Returns the lines to print.
    ///
    /// @param here     scheme, host and port of the page and the API
    /// @param settings the settings of the running service
    /// @throws SettingException if the settings select the topology indexing without an index
    static List<String> of(String bootstrapServers, String here, Settings settings) throws SettingException {
        boolean indexed = settings.topologies().contains(TopologyName.INDEXING);
        List<String> tips = new ArrayList<>();
        tips.add(
                indexed
                        ? "running; open " + here + "/ in a browser, or in another terminal:"
                        : "running; in another terminal:");
        tips.add("  ./clipstream publish --bootstrap-servers " + bootstrapServers + " --inline --key-by name IMAGE…");
        tips.add("  ./clipstream consume --bootstrap-servers " + bootstrapServers + " vectors --from-beginning");
        if (indexed) {
            MediaIndexFactories.of(settings.index(), Clock.systemUTC())
                    .address() // empty for an index in memory, which other processes cannot open
                    .ifPresent(index -> tips.add(
                            "  ./clipstream search" + location(index) + model(settings) + " --text \"a red car\""));
            tips.add("  curl " + (settings.search().apiKeys().isEmpty() ? "" : "-H 'Authorization: Bearer KEY' ") + "'"
                    + here + "/v1/search?text=a%20red%20car&k=5'");
        }
        tips.add("  health and metrics: " + here + "/actuator");
        tips.add("Press Ctrl-C to stop. Tags of images that you publish appear here:");
        return tips;
    }

    private static String model(Settings settings) {
        String path = settings.model().path();
        return path.isEmpty() ? "" : " --model " + quoted(path);
    }

    private static String location(IndexAddress index) {
        return " --index " + quoted(index.location())
                + index.settings().entrySet().stream()
                        .filter(setting -> !setting.getValue().equals(defaultOf("index." + setting.getKey())))
                        .map(setting -> " --index-set " + quoted(setting.getKey() + "=" + setting.getValue()))
                        .collect(Collectors.joining());
    }

    private static String defaultOf(String setting) {
        return SettingsTable.rows().stream()
                .filter(row -> row.name().equals(setting))
                .map(SettingsTable.Row::defaultValue)
                .findFirst()
                .orElse("");
    }

    /// Quotes a word for the shell if necessary.
    private static String quoted(String word) {
        return word.matches("[\\w./:@,=+#-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
