package dev.clipstream.topology.tagging;

import dev.clipstream.event.MediaAlert;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.topology.gate.Outputs;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejections;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;

/// What the tasks of the topology share. Safe for use by many threads.
///
/// @param embedded   name of the source topic
/// @param gate       checks records
/// @param stored     checks stored records, and counts nothing
/// @param tagger     gives label sets and model
/// @param rejections makes rejections
/// @param events     makes the events of outputs
/// @param tagged     writes `media.tagged`
/// @param alerts     writes `media.alerts`
/// @param metrics    of re-tagging
/// @param timer      measures from taking a record to forwarding its result
/// @param slice      how long a slice of re-tagging takes
/// @param clock      dates the progress
record TaggingParts(
        String embedded,
        RecordGate<MediaEmbedded> gate,
        RecordGate<MediaEmbedded> stored,
        LiveTagger tagger,
        Rejections rejections,
        TaggedEvents events,
        Outputs<MediaTagged> tagged,
        Outputs<MediaAlert> alerts,
        RetaggingMetrics metrics,
        Timer timer,
        Duration slice,
        Clock clock) {}
