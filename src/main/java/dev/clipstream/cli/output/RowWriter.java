package dev.clipstream.cli.output;

import java.util.Map;

/// Writes results that bring their row of a table: to JSON Lines their members, to a table for people the row.
@FunctionalInterface
public interface RowWriter {
    /// Writes one result.
    ///
    /// @param line its members by name, in the order of the JSON
    /// @param row  the same for people
    /// @return false if the reader closed the pipe, so that further output is useless
    boolean write(Map<String, ?> line, String row);
}
