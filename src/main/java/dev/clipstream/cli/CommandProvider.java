package dev.clipstream.cli;

import java.util.List;

/// Adds commands to the command line.
///
/// [Clipstream] loads all providers with [java.util.ServiceLoader]. The training commands are added in this way: they
/// are in a separate source set, which the service is compiled without.
public interface CommandProvider {
    /// Returns the commands, each after the command that it follows.
    List<Entry> commands();

    /// A command and its position in the help.
    ///
    /// @param command a class with picocli's `@Command` and a no-argument constructor
    /// @param after   the name of the command that this one follows
    record Entry(Class<?> command, String after) {}
}
