package dev.clipstream.cli;

import java.util.List;

/// Adds commands to the command line.
///
/// [Clipstream] loads all providers with [java.util.ServiceLoader]. The commands of training come this way: they live
/// in
/// a source set of their own, which the service is compiled without.
public interface CommandProvider {
    /// Returns the commands. A command may follow one that stands before it in the list.
    List<Entry> commands();

    /// A command and its place in the help.
    ///
    /// @param command class with picocli's `@Command` and a constructor without parameters
    /// @param after   name of the command that this one follows
    record Entry(Class<?> command, String after) {}
}
