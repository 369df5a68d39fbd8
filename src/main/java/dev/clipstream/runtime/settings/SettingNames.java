package dev.clipstream.runtime.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/// Resolves names that a user gives to full property names: of Clipstream, Kafka or Spring Boot.
public final class SettingNames {
    private static final Set<String> PROXIES = Set.of("http_proxy", "https_proxy", "all_proxy");

    private static final String OURS = "clipstream.";
    private static final String KAFKA = "kafka.";

    private static final List<String> SPRING = List.of("server.", "management.", "logging.", "spring.");
    private static final List<String> KAFKA_PREFIXES = List.of(
            "consumer.",
            "main.consumer.",
            "restore.consumer.",
            "global.consumer.",
            "producer.",
            "admin.",
            "topic.",
            // callbacks and plug-ins define properties of their own below these
            "sasl.",
            "ssl.");

    private static final String ANY_NAME = "<NAME>";

    /// Variables of the launcher and the tests, and those that Kubernetes derives from a service named clipstream.
    private static final Pattern NO_SETTINGS =
            Pattern.compile("CLIPSTREAM_(JAVA_OPTS|PROFILE|TEST_.*|SERVICE_.*|PORT(_.*)?)");

    private static final Set<String> SETTINGS =
            SettingsTable.rows().stream().map(SettingsTable.Row::name).collect(Collectors.toUnmodifiableSet());

    private static final Set<String> KAFKA_NAMES = Stream.of(
                    StreamsConfig.configDef().names(),
                    ConsumerConfig.configNames(),
                    ProducerConfig.configNames(),
                    AdminClientConfig.configNames())
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private SettingNames() {}

    /// Returns the full name of a property.
    ///
    /// @param name a setting (`embedding.batch`), a Kafka property (with or without the prefix `kafka.`) or a Spring
    ///             Boot property
    /// @throws IllegalArgumentException if the name is unknown; the message has the most similar name
    public static String fullName(String name) {
        String bare = name.startsWith(OURS) ? name.substring(OURS.length()) : name;
        if (SETTINGS.contains(bare) || SETTINGS.contains(bare.replaceAll("\\[\\d+]$", ""))) {
            return OURS + bare;
        }
        if (bare.startsWith(KAFKA) && bare.length() > KAFKA.length()) {
            return OURS + bare;
        }
        if (KAFKA_NAMES.contains(bare) || KAFKA_PREFIXES.stream().anyMatch(bare::startsWith)) {
            return OURS + KAFKA + bare;
        }
        if (SPRING.stream().anyMatch(name::startsWith)) {
            return name;
        }
        throw new IllegalArgumentException("expected a setting, a Kafka property or a Spring Boot property, found '"
                + name + "'; did you mean " + nearest(bare) + "? clipstream settings lists all settings");
    }

    /// Returns a warning for each variable that looks like a setting but is not one. Such variables are ignored and
    /// not refused, because other programs may use the same prefix.
    ///
    /// @param variables names in the environment
    public static List<String> unknownVariables(Set<String> variables) {
        Set<String> known = SettingsTable.rows().stream()
                .map(SettingsTable.Row::environment)
                .collect(Collectors.toSet());
        List<String> families = known.stream()
                .filter(name -> name.endsWith(ANY_NAME))
                .map(name -> name.substring(0, name.length() - ANY_NAME.length()))
                .toList();
        return variables.stream()
                .filter(name -> name.startsWith("CLIPSTREAM_")
                        && !known.contains(name.replaceAll("_\\d+_?$", ""))
                        && families.stream().noneMatch(name::startsWith)
                        && !NO_SETTINGS.matcher(name).matches())
                .sorted()
                .map(name -> "The environment variable " + name + " is ignored: expected a setting, found " + name
                        + "; did you mean " + nearest(name, known) + "?")
                .toList();
    }

    /// Returns a warning if there are environment variables that name a proxy; empty: there are none. Sources connect
    /// without a proxy, because they check the address that they really connect to.
    public static Optional<String> ignoredProxies(Set<String> variables) {
        List<String> proxies = variables.stream()
                .filter(name -> PROXIES.contains(name.toLowerCase(Locale.ROOT)))
                .sorted()
                .toList();
        return proxies.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "The environment variables " + proxies + " are ignored: images are fetched without a proxy."
                                + " If http: URIs time out, publish images inline or make their servers reachable directly");
    }

    private static String nearest(String name) {
        Set<String> all = new TreeSet<>(SETTINGS);
        all.addAll(KAFKA_NAMES);
        return nearest(name, all);
    }

    private static String nearest(String name, Set<String> all) {
        return all.stream()
                .min(Comparator.comparingInt(known -> distance(name, known)))
                .orElseThrow();
    }

    /// Returns the Levenshtein distance.
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
