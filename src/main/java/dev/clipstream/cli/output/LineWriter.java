package dev.clipstream.cli.output;

import java.util.Map;

/// Writes the results of a command to standard output: as JSON Lines, or as a table for people.
public interface LineWriter {
    /// Writes one result.
    ///
    /// @param line its members by name, in the order of the JSON; a member `error` is a failure
    /// @return false if the reader closed the pipe, so that further output is useless
    boolean write(Map<String, ?> line);
}
