package dev.clipstream.index.redis.vectorset;

import static dev.clipstream.index.redis.Utf8.text;

import dev.clipstream.index.rules.Candidate;
import java.util.ArrayList;
import java.util.List;

/// A medium that a search in one shard found.
///
/// @param shard   where it is
/// @param mediaId its id
/// @param cosine  of its vector and the query's, -1 to 1
record ShardHit(int shard, String mediaId, double cosine) implements Candidate {

    /// Reads the reply of `VSIM … WITHSCORES`: ids and scores in turn, best first.
    static List<ShardHit> read(int shard, Object reply) {
        List<?> pairs = (List<?>) reply;
        List<ShardHit> hits = new ArrayList<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            // a vector set scores (1 + cosine) / 2
            double cosine = 2 * Double.parseDouble(text(pairs.get(i + 1))) - 1;
            hits.add(new ShardHit(shard, text(pairs.get(i)), Math.clamp(cosine, -1.0, 1.0)));
        }
        return hits;
    }
}
