package dev.clipstream.clip.batch;

/// Whose work goes first where work waits for a resource that all tasks share: a fetch, a decode thread, a device.
///
/// In the order of their precedence. Work that runs already is not interrupted.
public enum Urgency {
    /// An upload that somebody waits for. Goes before all back-fill.
    LIVE,
    /// A medium of a back-fill. Takes what live uploads leave: alone, it has the whole throughput.
    BACKFILL
}
