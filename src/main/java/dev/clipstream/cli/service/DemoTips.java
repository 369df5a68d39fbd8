package dev.clipstream.cli.service;

import dev.clipstream.index.RedisEngine;
import dev.clipstream.runtime.settings.IndexSettings;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The next steps that the demo prints: commands that can be copied, whatever options the demo was started with.
///
/// Secrets are replaced by placeholders, because the output may end up in a log.
final class DemoTips {
    private static final IndexSettings DEFAULT = Settings.of(Map.of()).index();
    private static final String SECRET = "PASSWORD";

    private DemoTips() {}

    /// @param port     the HTTP port
    /// @param settings the settings of the running service
    static List<String> of(String bootstrapServers, int port, Settings settings) {
        String here = "http://127.0.0.1:" + port;
        boolean indexed = settings.topologies().contains(TopologyName.INDEXING);
        List<String> tips = new ArrayList<>();
        tips.add(
                indexed
                        ? "running; open " + here + "/ in a browser, or in another terminal:"
                        : "running; in another terminal:");
        tips.add("  ./clipstream publish --bootstrap-servers " + bootstrapServers + " --inline IMAGE…");
        tips.add("  ./clipstream consume --bootstrap-servers " + bootstrapServers + " vectors --from-beginning");
        if (indexed) {
            String location = location(settings.index());
            if (!location.isEmpty()) { // other processes cannot open an index in memory
                tips.add("  ./clipstream search" + location + model(settings) + " --text \"a red car\"");
            }
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

    private static String location(IndexSettings index) {
        if (!index.isRedis()) {
            return index.path().isEmpty() ? "" : " --index " + quoted(index.path());
        }
        return " --index " + quoted(index.url().replaceFirst("//([^/@]*):[^/]*@", "//$1:" + SECRET + "@"))
                + set("prefix", index.prefix(), DEFAULT.prefix())
                + set("engine", label(index.engine()), label(DEFAULT.engine()))
                + set("user", index.user(), DEFAULT.user())
                + set("password", index.password().isEmpty() ? "" : SECRET, DEFAULT.password());
    }

    private static String label(RedisEngine engine) {
        return engine.name().toLowerCase(Locale.ROOT);
    }

    private static String set(String name, String value, String defaultValue) {
        return value.equals(defaultValue) ? "" : " --index-set " + quoted(name + "=" + value);
    }

    /// Quotes a word for the shell if necessary.
    private static String quoted(String word) {
        return word.matches("[\\w./:@,=+#-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
