package dev.clipstream.topology.tagging;

import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ImageTags;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.SetTags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The standing queries that a medium matches for the first time.
///
/// @param matches the new ones, by name
/// @param alerts  all that the medium has matched so far, see [Published#alert]
record AlertMatches(List<Match> matches, Set<Long> alerts) {
    /// A match.
    ///
    /// @param alert the standing query
    /// @param score of its label
    record Match(LabelSet alert, ScoredLabel score) {}

    /// Compares a medium with the standing queries.
    ///
    /// @param found      what the snapshot finds in the medium
    /// @param attributes of the medium
    /// @param known      what was written of the medium
    /// @param forget     whether to leave out standing queries that are not there, so that they match again
    ///                   if they are added again. Not if others may know newer ones
    static AlertMatches of(ImageTags found, Map<String, String> attributes, Published known, boolean forget) {
        if (found.alerts().isEmpty()) {
            return new AlertMatches(List.of(), forget ? Set.of() : known.alerts());
        }
        List<Match> matches = new ArrayList<>();
        Set<Long> alerts = new HashSet<>(forget ? Set.of() : known.alerts());
        Set<String> labels = found.tags().stream()
                .flatMap(set -> set.tags().stream())
                .map(ScoredLabel::labelId)
                .collect(Collectors.toSet());
        for (SetTags alert : found.alerts()) {
            long id = Published.alert(alert.set().name());
            AlertFilter filter = alert.set().alert();
            if (known.alerts().contains(id)) {
                alerts.add(id);
            } else if (filter != null && filter.accepts(attributes, labels)) {
                for (ScoredLabel score : alert.tags()) {
                    matches.add(new Match(alert.set(), score));
                    alerts.add(id);
                }
            }
        }
        return new AlertMatches(List.copyOf(matches), Set.copyOf(alerts));
    }
}
