package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.StandingQuery;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Decision;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.StandingQueries;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;

/// The standing queries on the topic of label sets. Safe for use by many threads.
public final class KafkaStandingQueries implements StandingQueries {
    private final LabelWriter labels;

    /// @param labels reads and changes the topic
    public KafkaStandingQueries(LabelWriter labels) {
        this.labels = labels;
    }

    @Override
    public List<LabelSet> all() {
        try {
            return labels.read().sets().values().stream()
                    .flatMap(Optional::stream)
                    .filter(set -> set.alert() != null)
                    .toList();
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    @Override
    public LabelSet put(StandingQuery query, boolean mustBeNew) {
        LabelSet wanted = query.labelSet();
        AtomicReference<LabelSet> stored = new AtomicReference<>(wanted);
        write(contents -> {
            LabelSet before = contents.find(wanted.name()).orElse(null);
            if (before != null && (mustBeNew || before.alert() == null)) {
                throw exists(before);
            }
            LabelSet next = before == null ? wanted : wanted.withVersion(before.version());
            Decision decision = LabelChanges.apply(contents, next, null, true);
            stored.set(decision.set() == null ? next : decision.set());
            return decision;
        });
        return Objects.requireNonNull(stored.get());
    }

    @Override
    public void remove(String name) {
        write(contents -> {
            if (contents.find(name).filter(set -> set.alert() != null).isEmpty()) {
                throw missing(contents, name);
            }
            return Decision.delete(name);
        });
    }

    private void write(LabelWriter.Change<RefusedChangeException> change) {
        try {
            labels.write(change);
        } catch (RefusedChangeException e) {
            throw e.reason() == LabelChanges.Reason.TOO_LARGE
                    ? new SearchException(Kind.TOO_LARGE, e.expected(), e.found(), e.remedy())
                    : SearchException.badQuery(e.expected(), e.found(), e.remedy());
        } catch (KafkaException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static SearchException exists(LabelSet before) {
        return new SearchException(
                Kind.ALERT_EXISTS,
                "a name that no standing query and no label set has",
                "'" + before.name() + "' of " + (before.alert() == null ? "a label set" : "a standing query"),
                before.alert() == null ? "choose another name" : "choose another name, or remove the other one first");
    }

    private static SearchException missing(Contents contents, String name) {
        List<String> names = contents.sets().values().stream()
                .flatMap(Optional::stream)
                .filter(set -> set.alert() != null)
                .map(LabelSet::name)
                .toList();
        return new SearchException(
                Kind.NO_ALERT,
                "the name of a standing query",
                "'" + name + "', which none has",
                names.isEmpty() ? "add a standing query first" : "name one of " + String.join(", ", names));
    }

    private static SearchException unavailable(Exception cause) {
        return new SearchException(
                Kind.UNAVAILABLE,
                "brokers that hold the label sets",
                String.valueOf(cause.getMessage()),
                "check the brokers and the topic of label sets, and try again");
    }
}
