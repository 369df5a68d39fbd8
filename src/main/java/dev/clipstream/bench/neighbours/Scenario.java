package dev.clipstream.bench.neighbours;

/// What disturbs the images of others.
public enum Scenario {
    /// Servers that accept connections and never answer.
    SILENT,
    /// Links whose server refuses connections or never answers.
    LINKS,
    /// Large images that take long to decode.
    GIANTS,
    /// A back-fill with more events than the device can take.
    BACKFILL,
    /// The bytes that each commit carries about finished records.
    METADATA
}
