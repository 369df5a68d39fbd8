package dev.clipstream.train.export;

import dev.clipstream.clip.Embedding;
import dev.clipstream.train.data.Pair;
import java.util.List;

/// Inputs of a bundle's self-test and the embeddings that the training engine computes for them.
///
/// @param pairs  images and captions
/// @param images embedding of each image
/// @param texts  embedding of each caption
public record SelfTest(List<Pair> pairs, List<Embedding> images, List<Embedding> texts) {
    public SelfTest {
        pairs = List.copyOf(pairs);
        images = List.copyOf(images);
        texts = List.copyOf(texts);
        if (pairs.isEmpty() || images.size() != pairs.size() || texts.size() != pairs.size()) {
            throw new IllegalArgumentException("Expected an embedding for each image and each text, found "
                    + images.size() + " and " + texts.size() + " for " + pairs.size() + " pairs");
        }
    }
}
