package dev.clipstream.topology.indexing;

import java.io.Serial;

/// Thrown when the index cannot hold a write, whatever its state. The record of the write is rejected.
final class NotIndexableException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    NotIndexableException(RuntimeException cause) {
        super(
                "Expected a record that the index can hold, found that the write fails with " + cause
                        + ". Correct the record, or report a defect.",
                cause);
    }
}
