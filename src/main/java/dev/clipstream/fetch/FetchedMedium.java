package dev.clipstream.fetch;

/// The bytes of a medium and their share of the memory for fetches.
///
/// Close it, on any thread, and drop all references to the bytes when they are no longer needed: closing returns the
/// share.
public final class FetchedMedium implements AutoCloseable {
    private final byte[] bytes;
    private final Intake intake;

    FetchedMedium(byte[] bytes, Intake intake) {
        this.bytes = bytes;
        this.intake = intake;
    }

    /// Returns the whole content, not a copy.
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        intake.close();
    }
}
