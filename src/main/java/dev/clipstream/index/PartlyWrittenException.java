package dev.clipstream.index;

import java.io.Serial;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/// Thrown when an index has written a part of a batch, and is unavailable for the rest. A cluster whose slots are
/// moving to another node refuses the writes of these slots meanwhile. The rest may be written later, or all of it
/// again.
public final class PartlyWrittenException extends IndexUnavailableException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Map<Integer, WriteOutcome> written;

    /// @param written outcomes of the writes that were done, by their position in the batch
    /// @param cause   why the rest was not
    public PartlyWrittenException(Map<Integer, WriteOutcome> written, IndexUnavailableException cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.written = Collections.unmodifiableMap(new HashMap<>(written));
    }

    /// Returns the outcomes of the writes that were done, by their position in the batch.
    public Map<Integer, WriteOutcome> written() {
        return written;
    }
}
