package dev.clipstream.clip;

/// A decision about a model: a value, and where it comes from.
///
/// @param source the file that says so, like `config.json`, or the rule that applies where no file does
public record Decided<T>(T value, String source) {

    /// Returns this decision as a line of a description.
    ///
    /// @param subject what was decided, like `text length`
    public ModelDescription.Decision about(String subject) {
        return new ModelDescription.Decision(subject, String.valueOf(value), source);
    }
}
