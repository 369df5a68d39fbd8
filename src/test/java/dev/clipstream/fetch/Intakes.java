package dev.clipstream.fetch;

/// Creates intakes with all the memory that they may need.
public final class Intakes {
    private Intakes() {}

    public static Intake upTo(long maxBytes) throws InterruptedException {
        Intake intake = new Intake(
                new FetchMemory(Intake.maxHeld(maxBytes), Intake.maxHeld(maxBytes)), MemoryPart.WHOLE, maxBytes);
        intake.open();
        return intake;
    }
}
