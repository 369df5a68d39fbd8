package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.redis.IndexKeys;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// The keys of an index in vector sets. All keys of a shard are in one slot of a cluster, since they contain its
/// number in braces.
///
/// @param prefix of all keys
/// @param name   of the index
record Keys(String prefix, String name) implements IndexKeys {

    /// Returns the key of a string: the birth id of the index. If it is missing, the contents of the shard are lost.
    String born(int shard) {
        return of(shard) + "born";
    }

    /// Returns the key of the vector set. Its elements are media ids, with the attributes that filters compare.
    String vectors(int shard) {
        return of(shard) + "vectors";
    }

    /// Returns the key of a hash: what is shown of a medium, and its versions.
    String doc(int shard, String mediaId) {
        return docs(shard) + mediaId;
    }

    /// Returns the prefix of the keys of the hashes of media.
    String docs(int shard) {
        return of(shard) + "doc:";
    }

    /// Returns the key of a sorted set of media ids, newest upload first: the score is minus its time in
    /// milliseconds.
    String uploaded(int shard) {
        return of(shard) + "uploaded";
    }

    /// Returns the key of a hash of label ids, with the number of media that have each.
    String tags(int shard) {
        return of(shard) + "tags";
    }

    private String of(int shard) {
        return prefix + name + ":{" + shard + "}:";
    }

    /// Returns the shard of a medium: the CRC-32 of its id in UTF-8, modulo the number of shards.
    static int shardOf(String mediaId, int shards) {
        CRC32 crc = new CRC32();
        crc.update(mediaId.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % shards);
    }
}
