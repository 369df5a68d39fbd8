package dev.clipstream.train.export;

import dev.clipstream.clip.Embedding;
import dev.clipstream.train.data.Pair;
import java.util.List;

/// Inputs and the vectors that the engine, where the towers were trained, gives them.
///
/// @param pairs  pictures and captions
/// @param images vector of each picture
/// @param texts  vector of each caption
public record SelfTest(List<Pair> pairs, List<Embedding> images, List<Embedding> texts) {
    public SelfTest {
        pairs = List.copyOf(pairs);
        images = List.copyOf(images);
        texts = List.copyOf(texts);
        if (pairs.isEmpty() || images.size() != pairs.size() || texts.size() != pairs.size()) {
            throw new IllegalArgumentException("A vector for each picture and each text was expected, found "
                    + images.size() + " and " + texts.size() + " for " + pairs.size() + " pairs");
        }
    }
}
