package dev.clipstream.image;

import dev.clipstream.event.RejectionReason;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when an image cannot be decoded or exceeds a limit. This is an outcome of its event, not a failure of the
/// service.
public final class ImageException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    /// @param reason  a reason of the stage DECODE, or TOO_LARGE
    /// @param message what was expected, what was found, what to do
    /// @param cause   may be null
    public ImageException(RejectionReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /// Returns an exception for an image that ends too early.
    ///
    /// @param expected what the image should hold, such as `a PNG of 3 x 2 pixels`
    /// @param found    what it holds
    public static ImageException truncated(String expected, String found) {
        return of(RejectionReason.TRUNCATED, expected, found, "Send the whole file.", null);
    }

    /// Returns an exception for an image that violates its format.
    ///
    /// @param expected what the format requires
    /// @param found    what the image holds
    public static ImageException corrupt(String expected, String found) {
        return corrupt(expected, found, null);
    }

    /// Returns an exception for an image that violates its format, as a library reported it.
    ///
    /// @param expected what the format requires
    /// @param found    what the image holds
    /// @param cause    what the library threw
    public static ImageException corrupt(String expected, String found, @Nullable Throwable cause) {
        return of(RejectionReason.CORRUPT, expected, found, "Encode the image again.", cause);
    }

    /// Returns an exception for a valid image of a kind that is not supported.
    ///
    /// @param expected which kinds are supported
    /// @param found    what the image is
    public static ImageException unsupported(String expected, String found) {
        return unsupported(expected, found, "Convert the image to a supported kind.");
    }

    /// Returns an exception for a file that is not supported.
    ///
    /// @param expected which kinds are supported
    /// @param found    what the file is
    /// @param remedy   what to do, a sentence
    public static ImageException unsupported(String expected, String found, String remedy) {
        return of(RejectionReason.UNSUPPORTED_FORMAT, expected, found, remedy, null);
    }

    private static ImageException of(
            RejectionReason reason, String expected, String found, String remedy, @Nullable Throwable cause) {
        return new ImageException(reason, "Expected " + expected + ", found " + found + ". " + remedy, cause);
    }

    /// Returns the machine-readable reason.
    public RejectionReason reason() {
        return reason;
    }
}
