package dev.clipstream.topology.embedding;

import dev.clipstream.topology.embedding.Outcomes.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/// What is wrong with the outcomes of uploads.
///
/// @param missing   uploads without an outcome
/// @param repeated  outcomes of uploads that had one before
/// @param strange   outcomes that do not fit their upload, or have none
/// @param reordered outcomes that come behind the outcome of a later event of the same medium, on the same topic.
///                  A repetition is not reordered, since what it repeats was in order
/// @param stale     the last outcomes of media on a topic that are not those of their last events there
/// @param overtaken number of outcomes that come behind the outcome of a later event of the same partition, but of
///                  another medium. If it is 0, the order was that of the partition, and the test shows little
record Verdict(
        List<Upload> missing,
        List<Outcome> repeated,
        List<Outcome> strange,
        List<Outcome> reordered,
        List<Outcome> stale,
        int overtaken) {

    private record Medium(TopicPartition log, String key) {}

    private record Way(TopicPartition from, TopicPartition to) {}

    /// Returns the verdict on outcomes that are all right.
    static Verdict faultless(int overtaken) {
        return new Verdict(List.of(), List.of(), List.of(), List.of(), List.of(), overtaken);
    }

    static Verdict of(List<Upload> uploads, List<Outcome> outcomes) {
        Map<Integer, Upload> expected = uploads.stream().collect(Collectors.toMap(Upload::number, Function.identity()));
        List<Outcome> repeated = new ArrayList<>();
        List<Outcome> strange = new ArrayList<>();
        List<Outcome> reordered = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        Map<Medium, Integer> newest = new HashMap<>();
        Map<Medium, Outcome> last = new HashMap<>();
        Map<Way, Integer> newestOfAll = new HashMap<>();
        int overtaken = 0;
        for (Outcome outcome : outcomes) {
            Upload upload = expected.get(outcome.number());
            if (upload == null || !outcome.fits(upload)) {
                strange.add(outcome);
            }
            Way way = new Way(outcome.upload().partition(), outcome.log());
            Medium medium = new Medium(outcome.log(), outcome.key());
            if (!seen.add(outcome.number())) {
                repeated.add(outcome);
            } else if (newest.getOrDefault(medium, -1) > outcome.number()) {
                reordered.add(outcome);
            } else if (newestOfAll.getOrDefault(way, -1) > outcome.number()) {
                overtaken++;
            }
            newest.merge(medium, outcome.number(), Math::max);
            newestOfAll.merge(way, outcome.number(), Math::max);
            last.put(medium, outcome);
        }
        return new Verdict(
                uploads.stream()
                        .filter(upload -> !seen.contains(upload.number()))
                        .toList(),
                repeated,
                strange,
                reordered,
                last.entrySet().stream()
                        .filter(medium -> medium.getValue().number() < newest.getOrDefault(medium.getKey(), -1))
                        .map(Map.Entry::getValue)
                        .toList(),
                overtaken);
    }
}
