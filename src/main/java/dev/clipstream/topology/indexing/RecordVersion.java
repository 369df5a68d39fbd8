package dev.clipstream.topology.indexing;

import dev.clipstream.event.UploadPosition;
import dev.clipstream.index.Version;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/// Reads the version of a record of `media.embedded` or `media.tagged`.
public final class RecordVersion {
    private RecordVersion() {}

    /// Returns the version. One partition of one topic is one log, because only this topic writes this part of a
    /// medium. The upload that the headers name comes first; records of older versions and other producers name none.
    ///
    /// @param timestamp of the record, in ms since 1970
    public static Version of(TopicPartition partition, long offset, long timestamp, Headers headers) {
        Optional<UploadPosition> upload = UploadPosition.of(headers);
        return new Version(
                partition.toString(),
                offset,
                upload.map(UploadPosition::time).orElseGet(() -> Instant.ofEpochMilli(timestamp)),
                upload.map(known -> new Version.Upload(known.log(), known.offset()))
                        .orElse(null));
    }
}
