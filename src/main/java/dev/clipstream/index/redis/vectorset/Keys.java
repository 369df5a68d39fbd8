package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.redis.IndexKeys;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// The keys of vector-set indexes. Everything of a shard is in one slot of a cluster: its number stands in braces.
///
/// @param prefix of all keys
/// @param name   of the index
record Keys(String prefix, String name) implements IndexKeys {

    /// A string: the index's birth id. Where it is missing, so is what the shard held.
    String born(int shard) {
        return of(shard) + "born";
    }

    /// The vector set; its elements are media ids, their attributes what filters compare.
    String vectors(int shard) {
        return of(shard) + "vectors";
    }

    /// A hash for each medium: what is shown of it, and its versions.
    String doc(int shard, String mediaId) {
        return docs(shard) + mediaId;
    }

    /// Begins the keys of the hashes of all media.
    String docs(int shard) {
        return of(shard) + "doc:";
    }

    /// A sorted set of media ids, newest upload first: the score is minus its time in milliseconds.
    String uploaded(int shard) {
        return of(shard) + "uploaded";
    }

    /// A hash of label ids: how many media have each.
    String tags(int shard) {
        return of(shard) + "tags";
    }

    private String of(int shard) {
        return prefix + name + ":{" + shard + "}:";
    }

    /// The shard of a medium: the CRC-32 of its id in UTF-8, modulo the number of shards.
    static int shardOf(String mediaId, int shards) {
        CRC32 crc = new CRC32();
        crc.update(mediaId.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % shards);
    }
}
