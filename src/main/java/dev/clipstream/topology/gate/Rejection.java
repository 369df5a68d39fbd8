package dev.clipstream.topology.gate;

import dev.clipstream.event.RejectionReason;

/// Why a record is rejected. [Rejections] makes the event of it when the stage writes it.
///
/// @param source  the rejected record
/// @param reason  the reason, for machines
/// @param message for people: what was expected, what was found, what to do
public record Rejection(SourceRecord source, RejectionReason reason, String message) {}
