package dev.clipstream.label;

import java.io.Serial;

/// A value that a label or a label set cannot have, with the path of the field, so that whoever read it
/// (a file, a record of `media.labels`) can say where it stands.
final class InvalidLabelException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String problem;

    /// @param path    of the field, such as `labels[3].threshold`; empty: the whole
    /// @param problem expected, found, what to do
    InvalidLabelException(String path, String problem) {
        super(path.isEmpty() ? problem : path + ": " + problem);
        this.path = path;
        this.problem = problem;
    }

    String path() {
        return path;
    }

    /// The same problem seen from the object that holds the field's owner.
    InvalidLabelException within(String owner) {
        return new InvalidLabelException(path.isEmpty() ? owner : owner + "." + path, problem);
    }

    String problem() {
        return problem;
    }
}
