package dev.clipstream.runtime.kafka.group;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.settings.TopologyName;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What all members of a topology's consumer group agree on, by the name of the setting. Members that differ would
/// write two kinds of results, or wait for partitions that others hold. Members that differ only in the topic of
/// back-fills share a group that does not read it ([LiveUploadsAssignor]).
///
/// Members publish it as the name of their assignment protocol ([IdentityAssignor]). The name is bounded by the topics'
/// names and the name of a label set. Immutable.
public record GroupIdentity(Map<String, String> values) {
    private static final String PREFIX = "clipstream?";
    private static final int FINGERPRINT_LENGTH = 16;

    static final String INPUT = "topics.uploaded";
    static final String BACKFILL = "topics.backfill";
    static final String EMBEDDED = "topics.embedded";
    static final String TAGGED = "topics.tagged";

    /// @param values in the order in which messages name them
    public GroupIdentity {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// Returns the identity of a topology's members.
    ///
    /// @param fingerprint of the model
    public static GroupIdentity of(TopologyName topology, String fingerprint, Topics topics) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("model", fingerprint.substring(0, Math.min(FINGERPRINT_LENGTH, fingerprint.length())));
        if (topology == TopologyName.EMBEDDING) {
            values.put(INPUT, topics.uploaded());
            if (!topics.backfill().isEmpty()) {
                values.put(BACKFILL, topics.backfill());
            }
        }
        values.put(EMBEDDED, topics.embedded());
        if (topology != TopologyName.EMBEDDING) {
            values.put(TAGGED, topics.tagged());
        }
        values.put("topics.rejected", topics.rejected());
        return new GroupIdentity(values);
    }

    /// Returns this identity with the name of the configured label set. Those of the topic are the same for all
    /// members.
    public GroupIdentity withLabels(String labelSet) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put("tagging.labels", labelSet);
        return new GroupIdentity(more);
    }

    /// Returns the topic of back-fills that the members read; empty: none.
    Optional<String> backfill() {
        return Optional.ofNullable(values.get(BACKFILL));
    }

    /// Returns the topics of uploads that the members read, of either kind.
    Set<String> inputs() {
        return Stream.of(INPUT, BACKFILL)
                .flatMap(setting -> Optional.ofNullable(values.get(setting)).stream())
                .collect(Collectors.toSet());
    }

    /// Returns the identity of a member that reads no back-fills, which members of earlier versions have, too.
    GroupIdentity withoutBackfill() {
        Map<String, String> fewer = new LinkedHashMap<>(values);
        fewer.remove(BACKFILL);
        return new GroupIdentity(fewer);
    }

    /// Returns the identity as the name of an assignment protocol.
    String protocol() {
        return PREFIX
                + values.entrySet().stream()
                        .map(value ->
                                value.getKey() + "=" + URLEncoder.encode(value.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }

    /// Reads the identity from the name of an assignment protocol; empty: the members are others than Clipstream's.
    static Optional<GroupIdentity> parse(String protocol) {
        if (!protocol.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : protocol.substring(PREFIX.length()).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                return Optional.empty();
            }
            try {
                values.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new GroupIdentity(values));
    }

    /// Returns whether the two agree in all given settings.
    boolean sharesAll(GroupIdentity other, String... settings) {
        for (String setting : settings) {
            if (!Objects.equals(values.get(setting), other.values.get(setting))) {
                return false;
            }
        }
        return true;
    }

    /// Returns the settings that both have and in which they differ, with both values, as part of a sentence. Empty:
    /// none.
    String differences(GroupIdentity other) {
        return values.entrySet().stream()
                .filter(mine -> other.values.containsKey(mine.getKey()))
                .filter(mine -> !mine.getValue().equals(other.values.get(mine.getKey())))
                .map(mine ->
                        mine.getKey() + " " + mine.getValue() + " here, " + other.values.get(mine.getKey()) + " there")
                .collect(Collectors.joining("; "));
    }
}
