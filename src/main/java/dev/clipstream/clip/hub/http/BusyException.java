package dev.clipstream.clip.hub.http;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Thrown when a server answers that it is busy, or fails, so that the same request may succeed later.
final class BusyException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration pause;

    /// @param pause that the server asks for; empty if it names none
    BusyException(String message, Optional<Duration> pause) {
        super(message
                + pause.map(time -> ", which asks to wait for " + time.toSeconds() + " s")
                        .orElse(""));
        this.pause = pause.orElse(null);
    }

    /// Returns the pause that the server asks for; empty if it names none.
    Optional<Duration> pause() {
        return Optional.ofNullable(pause);
    }
}
