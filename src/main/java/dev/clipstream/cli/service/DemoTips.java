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

/// What the demo tells people to do next: commands that work as they stand here, whatever the demo was started with.
/// Secrets alone are left to be filled in, since what is said may end up in a log.
final class DemoTips {
    private DemoTips() {}

    /// @param port     of the page and the lookups
    /// @param settings of the service that runs
    /// @throws SettingException if the settings choose no index for the topology that fills it
    static List<String> of(String bootstrapServers, int port, Settings settings) throws SettingException {
        String here = "http://127.0.0.1:" + port;
        boolean indexed = settings.topologies().contains(TopologyName.INDEXING);
        List<String> tips = new ArrayList<>();
        tips.add(
                indexed
                        ? "still up; open " + here + "/ in a browser, or in another terminal:"
                        : "still up; in another terminal:");
        tips.add("  ./clipstream publish --bootstrap-servers " + bootstrapServers + " --inline PICTURE…");
        tips.add("  ./clipstream consume --bootstrap-servers " + bootstrapServers + " vectors --from-beginning");
        if (indexed) {
            MediaIndexFactories.of(settings.index(), Clock.systemUTC())
                    .address() // an index in memory is only seen by its own process
                    .ifPresent(index -> tips.add(
                            "  ./clipstream search" + place(index) + model(settings) + " --text \"a red car\""));
            tips.add("  curl " + (settings.search().apiKeys().isEmpty() ? "" : "-H 'Authorization: Bearer KEY' ") + "'"
                    + here + "/v1/search?text=a%20red%20car&k=5'");
        }
        tips.add("  health and metrics: " + here + "/actuator");
        tips.add("Ctrl-C ends the demo; tags of what you publish appear here:");
        return tips;
    }

    private static String model(Settings settings) {
        String path = settings.model().path();
        return path.isEmpty() ? "" : " --model " + quoted(path);
    }

    private static String place(IndexAddress index) {
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

    /// As a shell takes it for one word.
    private static String quoted(String word) {
        return word.matches("[\\w./:@,=+#-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
