package dev.clipstream.search.http;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A live stream of tagged and rejected media, and of matches of standing queries, of all instances. Thread-safe.
public interface MediaEvents {

    /// An event.
    ///
    /// @param kind `tagged`, `rejected` or `alert`
    /// @param data the event's members
    record MediaEvent(String kind, Map<String, @Nullable Object> data) {
        /// A medium was tagged; the members are those of a search result.
        public static final String TAGGED = "tagged";

        /// A medium was rejected: `mediaId`, `stage`, `reason`, `message`, `retryable`, `at`.
        public static final String REJECTED = "rejected";

        /// A medium matched a standing query: `mediaId`, `alert`, `alertVersion`, `displayName`, `probability`,
        /// `cosine`, `uri`, `uploadedAt`, `attributes`, `at`.
        public static final String ALERT = "alert";
    }

    /// Registers a listener, which receives every event after this method returns, in order within a partition.
    ///
    /// Waits up to ten seconds until the topics can be read. If that fails, the listener receives the events from
    /// the time when the topics can be read.
    ///
    /// @param listener called by one thread, which it must not block
    /// @return the registration; closing it removes the listener
    Listening listen(Consumer<MediaEvent> listener) throws InterruptedException;

    /// The registration of a listener.
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
