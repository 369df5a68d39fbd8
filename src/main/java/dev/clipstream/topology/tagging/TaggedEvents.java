package dev.clipstream.topology.tagging;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.AppliedLabelSet;
import dev.clipstream.event.MediaAlert;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Tag;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.SetTags;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.gate.EventRegions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes the events of `media.tagged` and `media.alerts`. Immutable.
final class TaggedEvents {
    private final Clock clock;

    /// @param clock dates the events
    TaggedEvents(Clock clock) {
        this.clock = clock;
    }

    /// Returns the event of a medium's tags.
    ///
    /// @param vector   of the event
    /// @param tags     of all label sets, the primary one first
    /// @param snapshot the taggers that found them
    MediaTagged tagged(MediaEmbedded event, Embedding vector, List<SetTags> tags, TaggerSnapshot snapshot) {
        Optional<LabelSet> primary = tags.stream().findFirst().map(SetTags::set);
        Optional<EventRegions> regions = EventRegions.read(event, vector, snapshot.model());
        return MediaTagged.newBuilder()
                .setMediaId(event.getMediaId())
                .setTags(tags.stream()
                        .flatMap(set -> tags(set, snapshot, regions))
                        .toList())
                .setLabelSet(primary.map(LabelSet::name).orElse(""))
                .setLabelSetVersion(primary.map(LabelSet::version).orElse(""))
                .setMode(primary.map(TaggedEvents::mode).orElse(TaggingMode.UNKNOWN))
                .setThreshold(primary.map(LabelSet::threshold).orElse(0.0))
                .setLabelSets(tags.stream().map(set -> applied(set.set())).toList())
                .setModelId(event.getModelId())
                .setModelFingerprint(event.getModelFingerprint())
                .setUri(event.getUri())
                .setAttributes(event.getAttributes())
                .setSourceTopic(event.getSourceTopic())
                .setSourcePartition(event.getSourcePartition())
                .setSourceOffset(event.getSourceOffset())
                .setUploadedAt(event.getUploadedAt())
                .setTaggedAt(clock.instant())
                .build();
    }

    /// Returns the event of a match.
    ///
    /// @param alert the standing query
    /// @param match the score of its label
    MediaAlert alert(MediaEmbedded event, LabelSet alert, ScoredLabel match) {
        return MediaAlert.newBuilder()
                .setMediaId(event.getMediaId())
                .setAlert(alert.name())
                .setAlertVersion(alert.version())
                .setDisplayName(match.displayName())
                .setProbability(match.probability())
                .setCosine(match.cosine())
                .setModelId(event.getModelId())
                .setModelFingerprint(event.getModelFingerprint())
                .setUri(event.getUri())
                .setAttributes(event.getAttributes())
                .setUploadedAt(event.getUploadedAt())
                .setMatchedAt(clock.instant())
                .build();
    }

    private static AppliedLabelSet applied(LabelSet set) {
        return AppliedLabelSet.newBuilder()
                .setName(set.name())
                .setVersion(set.version())
                .setMode(mode(set))
                .setThreshold(set.threshold())
                .build();
    }

    private static TaggingMode mode(LabelSet set) {
        return switch (set.mode()) {
            case EXCLUSIVE -> TaggingMode.EXCLUSIVE;
            case MULTI -> TaggingMode.MULTI;
        };
    }

    private static Stream<Tag> tags(SetTags tags, TaggerSnapshot snapshot, Optional<EventRegions> regions) {
        return tags.tags().stream()
                .map(scored -> Tag.newBuilder()
                        .setLabelId(scored.labelId())
                        .setDisplayName(scored.displayName())
                        .setProbability(scored.probability())
                        .setCosine(scored.cosine())
                        .setLabelSet(tags.set().name())
                        .setLabelSetVersion(tags.set().version())
                        .setDerivedFrom(scored.derivedFrom())
                        .setRegions(regions.map(found -> found.of(snapshot, tags.set(), scored))
                                .orElse(List.of()))
                        .build());
    }
}
