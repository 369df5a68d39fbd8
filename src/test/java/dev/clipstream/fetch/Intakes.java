package dev.clipstream.fetch;

/// Intakes with all the memory that they may need.
final class Intakes {
    private Intakes() {}

    static Intake upTo(long maxBytes) throws InterruptedException {
        Intake intake = new Intake(new FetchMemory(Intake.mostHeld(maxBytes)), maxBytes);
        intake.open();
        return intake;
    }
}
