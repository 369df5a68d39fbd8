package dev.clipstream.search;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.StandingQuery;
import java.util.List;

/// The standing queries that all instances share. Thread-safe.
///
/// Every method throws [SearchException]: `UNAVAILABLE` if the brokers do not answer in time.
public interface StandingQueries {
    /// Returns the label sets of all standing queries, by name.
    List<LabelSet> all();

    /// Adds or replaces a standing query.
    ///
    /// @param mustBeNew whether a standing query or a label set of that name is refused, with `ALERT_EXISTS`
    /// @return its label set as it is stored, with its version
    LabelSet put(StandingQuery query, boolean mustBeNew);

    /// Removes a standing query.
    ///
    /// Throws `NO_ALERT` if there is no standing query of that name.
    void remove(String name);
}
