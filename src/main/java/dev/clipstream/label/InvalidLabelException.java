package dev.clipstream.label;

import java.io.Serial;

/// Thrown when a field of a label or a label set has an invalid value. It holds the field's path, so that a reader
/// can add the place in its source, such as the line of a file.
final class InvalidLabelException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String problem;

    /// @param path    path of the field, such as `labels[3].threshold`; empty: the whole object
    /// @param problem what was expected, what was found, what to do
    InvalidLabelException(String path, String problem) {
        super(path.isEmpty() ? problem : path + ": " + problem);
        this.path = path;
        this.problem = problem;
    }

    String path() {
        return path;
    }

    /// Returns the same problem with a path that starts at the object that contains the field's owner.
    InvalidLabelException within(String owner) {
        return new InvalidLabelException(path.isEmpty() ? owner : owner + "." + path, problem);
    }

    String problem() {
        return problem;
    }
}
