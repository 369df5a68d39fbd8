package dev.clipstream.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the demo prints must work when it is pasted, whatever the demo was started with.
class DemoTipsTest {
    private static List<String> tips(Map<String, String> settings) throws SettingException {
        Map<String, String> all = new HashMap<>(Map.of("clipstream.topologies", "embedding,tagging,indexing"));
        settings.forEach((name, value) -> all.put("clipstream." + name, value));
        return DemoTips.of("127.0.0.1:9092", "http://127.0.0.1:8080", Settings.of(all));
    }

    @Test
    void theDefaultDemoIsSearchedInItsFolder() throws SettingException {
        assertThat(tips(Map.of("index.path", "/tmp/broker-index")))
                .contains("  ./clipstream search --index /tmp/broker-index --text \"a red car\"")
                .contains("  curl 'http://127.0.0.1:8080/v1/search?text=a%20red%20car&k=5'");
    }

    @Test
    void anIndexInRedisIsShownWithItsSettings() throws SettingException {
        assertThat(tips(Map.of("index.url", "redis://127.0.0.1:6555", "index.path", "/tmp/broker-index")))
                .contains("  ./clipstream search --index redis://127.0.0.1:6555 --text \"a red car\"");
        assertThat(tips(Map.of(
                        "index.url",
                        "redis://127.0.0.1:6555",
                        "index.prefix",
                        "trial:",
                        "index.engine",
                        "vector_sets",
                        "model.path",
                        "/my models/clip")))
                .contains("  ./clipstream search --index redis://127.0.0.1:6555 --index-set prefix=trial:"
                        + " --index-set engine=vector_sets --model '/my models/clip' --text \"a red car\"");
    }

    @Test
    void secretsAreReplacedByPlaceholders() throws SettingException {
        assertThat(tips(Map.of("index.url", "redis://me:s3cret@127.0.0.1:6555", "search.api-keys", "s3cret")))
                .contains("  ./clipstream search --index redis://me:PASSWORD@127.0.0.1:6555 --text \"a red car\"")
                .contains(
                        "  curl -H 'Authorization: Bearer KEY' 'http://127.0.0.1:8080/v1/search?text=a%20red%20car&k=5'");
        assertThat(tips(Map.of("index.url", "redis://a:1", "index.user", "me", "index.password", "s3cret")))
                .contains("  ./clipstream search --index redis://a:1 --index-set user=me --index-set password=PASSWORD"
                        + " --text \"a red car\"")
                .noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void commandsThatCannotReachTheIndexAreNotShown() throws SettingException {
        assertThat(tips(Map.of())).noneMatch(line -> line.contains("clipstream search"));
        assertThat(tips(Map.of("topologies", "embedding,tagging")))
                .noneMatch(line -> line.contains("search") || line.contains("browser"));
    }
}
