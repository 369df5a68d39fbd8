package dev.clipstream.search.http;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What happens to media, as it happens, whichever instance does it. Safe for use by many threads.
public interface MediaEvents {

    /// @param kind `tagged` or `rejected`
    /// @param data the event's members
    record MediaEvent(String kind, Map<String, @Nullable Object> data) {
        /// A medium was tagged: members as of a result.
        public static final String TAGGED = "tagged";

        /// A medium was rejected: `mediaId`, `stage`, `reason`, `message`, `retryable`, `at`.
        public static final String REJECTED = "rejected";
    }

    /// Tells of every event from its return on, in order within a partition, until the listening is closed. Waits
    /// while the events cannot be read, for ten seconds at most: then from when they can.
    ///
    /// @param listener called by one thread, which it must not hold
    Listening listen(Consumer<MediaEvent> listener) throws InterruptedException;

    /// Ends when closed.
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
