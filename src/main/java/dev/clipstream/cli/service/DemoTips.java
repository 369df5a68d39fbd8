package dev.clipstream.cli.service;

import dev.clipstream.index.RedisEngine;
import dev.clipstream.runtime.settings.IndexSettings;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the demo tells people to do next: commands that work as they stand here, whatever the demo was started with.
/// Secrets alone are left to be filled in, since what is said may end up in a log.
final class DemoTips {
    private static final IndexSettings USUAL = Settings.of(Map.of()).index();
    private static final String SECRET = "PASSWORD";

    private DemoTips() {}

    /// @param port     of the page and the lookups
    /// @param settings of the service that runs
    static List<String> of(String bootstrapServers, int port, Settings settings) {
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
            String place = place(settings.index());
            if (!place.isEmpty()) { // an index in memory is only seen by its own process
                tips.add("  ./clipstream search" + place + model(settings) + " --text \"a red car\"");
            }
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

    private static String place(IndexSettings index) {
        if (!index.isRedis()) {
            return index.path().isEmpty() ? "" : " --index " + quoted(index.path());
        }
        return " --index " + quoted(index.url().replaceFirst("//([^/@]*):[^/]*@", "//$1:" + SECRET + "@"))
                + set("prefix", index.prefix(), USUAL.prefix())
                + set("engine", label(index.engine()), label(USUAL.engine()))
                + set("user", index.user(), USUAL.user())
                + set("password", index.password().isEmpty() ? "" : SECRET, USUAL.password());
    }

    private static String label(RedisEngine engine) {
        return engine.name().toLowerCase(Locale.ROOT);
    }

    private static String set(String name, String value, String usual) {
        return value.equals(usual) ? "" : " --index-set " + quoted(name + "=" + value);
    }

    /// As a shell takes it for one word.
    private static String quoted(String word) {
        return word.matches("[\\w./:@,=+#-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
