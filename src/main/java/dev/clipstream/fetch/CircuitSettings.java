package dev.clipstream.fetch;

import java.time.Duration;

/// When the circuit of an origin opens, and for how long.
///
/// @param failures    attempts that must fail in a row, 0 or more; 0: circuits never open
/// @param failingFor  time that must lie between the first and the last of them, 0 or more. A shorter pause of the
///                    server opens nothing, however many attempts run into it
/// @param coolDown    longest time between opening and the first probe, above 0; doubles with every probe that fails
/// @param maxCoolDown longest time between two probes, at least `coolDown`
public record CircuitSettings(int failures, Duration failingFor, Duration coolDown, Duration maxCoolDown) {

    /// 10 failures in a row over 5 s or more; up to 5 s until the first probe, and at most 2 minutes between two.
    public static final CircuitSettings DEFAULT =
            new CircuitSettings(10, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(2));

    /// Circuits that never open.
    public static final CircuitSettings OFF =
            new CircuitSettings(0, Duration.ZERO, DEFAULT.coolDown, DEFAULT.maxCoolDown);

    /// @throws IllegalArgumentException if a setting is out of its range
    public CircuitSettings {
        if (failures < 0) {
            throw new IllegalArgumentException(
                    "Expected fetch.circuit-failures of at least 0, found " + failures + ".");
        }
        if (failingFor.isNegative()) {
            throw new IllegalArgumentException(
                    "Expected fetch.circuit-failing-for of 0 or more, found " + failingFor + ".");
        }
        if (!coolDown.isPositive() || maxCoolDown.compareTo(coolDown) < 0) {
            throw new IllegalArgumentException(
                    "Expected fetch.circuit-cool-down above 0 and fetch.circuit-max-cool-down of at least that, found "
                            + coolDown + " and " + maxCoolDown + ".");
        }
    }
}
