package dev.clipstream.topology.tagging;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.MediaAlert;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.tag.ImageTags;
import dev.clipstream.tag.SetTags;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.gate.Outputs;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.gate.SourceRecord;
import dev.clipstream.topology.topic.Refusals;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Writes the tags of a medium and its new matches of standing queries, and keeps what was written.
///
/// Belongs to one task and runs on its stream thread.
final class TaggedMedia {
    /// A medium with a valid vector.
    static final class Medium {
        private final byte[] key;
        private final byte[] value;
        private final long timestamp;
        private final Headers headers;
        private final SourceRecord source;
        private final MediaEmbedded event;
        private final Embedding vector;

        /// @param key       of its record of `media.embedded`
        /// @param value     of this record
        /// @param timestamp of this record, in ms since 1970
        /// @param headers   of this record, which outputs carry
        /// @param source    what a rejection reports of it
        Medium(
                byte[] key,
                byte[] value,
                long timestamp,
                Headers headers,
                SourceRecord source,
                MediaEmbedded event,
                Embedding vector) {
            this.key = key;
            this.value = value;
            this.timestamp = timestamp;
            this.headers = headers;
            this.source = source;
            this.event = event;
            this.vector = vector;
        }

        byte[] key() {
            return key;
        }

        byte[] value() {
            return value;
        }

        long timestamp() {
            return timestamp;
        }

        Headers headers() {
            return headers;
        }

        SourceRecord source() {
            return source;
        }

        MediaEmbedded event() {
            return event;
        }

        Embedding vector() {
            return vector;
        }
    }

    /// What was written.
    ///
    /// @param tags   whether the tags were written
    /// @param alerts number of matches that were written
    record Written(boolean tags, int alerts) {
        static final Written NOTHING = new Written(false, 0);
    }

    private final ProcessorContext<byte @Nullable [], Object> context;
    private final KeyValueStore<byte[], byte[]> published;
    private final TaggedEvents events;
    private final Outputs<MediaTagged> tagged;
    private final Outputs<MediaAlert> alerts;
    private final Rejections rejections;

    TaggedMedia(
            ProcessorContext<byte @Nullable [], Object> context,
            KeyValueStore<byte[], byte[]> published,
            TaggedEvents events,
            Outputs<MediaTagged> tagged,
            Outputs<MediaAlert> alerts,
            Rejections rejections) {
        this.context = context;
        this.published = published;
        this.events = events;
        this.tagged = tagged;
        this.alerts = alerts;
        this.rejections = rejections;
    }

    /// Writes the tags and the new matches of a medium.
    ///
    /// @param found       in the medium
    /// @param snapshot    the taggers that found it
    /// @param isRetagging whether the medium was tagged before. Then tags that a reader already has are not written,
    ///                    and standing queries that exist no more are forgotten
    Written write(Medium medium, ImageTags found, TaggerSnapshot snapshot, boolean isRetagging) {
        Published known = Published.read(published.get(medium.key()));
        AlertMatches matches = AlertMatches.of(found, medium.event().getAttributes(), known, isRetagging);
        Published now = Published.of(medium.value(), found.tags(), matches.alerts());
        boolean changed = !isRetagging || !now.tagsLike(known);
        if (changed) {
            forward(medium, output(medium, found.tags(), snapshot), TaggingTopology.OUTPUT);
        }
        for (AlertMatches.Match match : matches.matches()) {
            MediaAlert alert = events.alert(medium.event(), match.alert(), match.score());
            forward(medium, alerts.of(alert, medium.source(), medium.headers(), null), TaggingTopology.ALERTS);
        }
        if (changed) {
            published.put(medium.key(), now.write());
        } else if (!matches.alerts().equals(known.alerts())) {
            published.put(medium.key(), known.with(matches.alerts()).write());
        }
        return new Written(changed, matches.matches().size());
    }

    private StageResult<byte[]> output(Medium medium, List<SetTags> tags, TaggerSnapshot snapshot) {
        Optional<String> refusal =
                Refusals.ofThisThread().ofOutput(medium.source().position());
        return refusal.isPresent()
                ? rejections.reject(medium.source().refused(refusal.get()))
                : tagged.of(
                        events.tagged(medium.event(), medium.vector(), tags, snapshot),
                        medium.source(),
                        medium.headers(),
                        null);
    }

    private void forward(Medium medium, StageResult<byte[]> result, String output) {
        switch (result) {
            case StageResult.Output<byte[]>(byte[] value, var _) ->
                context.forward(new Record<>(medium.key(), value, medium.timestamp(), medium.headers()), output);
            case StageResult.Rejected<byte[]>(var rejection) ->
                context.forward(
                        new Record<>(medium.key(), rejection, medium.timestamp(), medium.headers()),
                        TaggingTopology.REJECTION);
            case StageResult.Deleted<byte[]> _ ->
                throw new IllegalStateException("Expected an output or a rejection, found a deletion");
        }
    }
}
