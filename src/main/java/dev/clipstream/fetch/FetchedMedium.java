package dev.clipstream.fetch;

/// A medium's bytes, and their part of the memory that all fetches share, which is given back on close: whoever needs
/// the bytes no more closes it, on any thread, and lets go of it.
public final class FetchedMedium implements AutoCloseable {
    private final byte[] bytes;
    private final Intake intake;

    FetchedMedium(byte[] bytes, Intake intake) {
        this.bytes = bytes;
        this.intake = intake;
    }

    /// The whole content; not a copy.
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        intake.close();
    }
}
