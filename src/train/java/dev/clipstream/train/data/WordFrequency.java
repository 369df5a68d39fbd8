package dev.clipstream.train.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/// In which part of the captions each word is.
///
/// @param captions that were counted
/// @param counts   captions with each word, by its stem
record WordFrequency(int captions, Map<String, Integer> counts) {
    /// A part of the captions from which on a word is frequent.
    private static final double FREQUENT = 0.02;

    /// Captions that a word must be in for anything to be learned of it but by heart.
    private static final int LEAST = 5;

    WordFrequency {
        counts = Map.copyOf(counts);
    }

    static WordFrequency of(List<Photo> photos) {
        Map<String, Integer> counts = new HashMap<>();
        int captions = 0;
        for (Photo photo : photos) {
            captions += photo.stems().size();
            photo.stems().forEach(stems -> Set.copyOf(stems).forEach(stem -> counts.merge(stem, 1, Integer::sum)));
        }
        return new WordFrequency(captions, counts);
    }

    /// The place of one of a caption's words, drawn by their weights; any, if none has a weight.
    int draw(CaptionWords caption, SplittableRandom random) {
        double[] weights = caption.stems().stream().mapToDouble(this::weight).toArray();
        double all = DoubleStream.of(weights).sum();
        if (all == 0) {
            return random.nextInt(weights.length);
        }
        double drawn = random.nextDouble(all);
        int place = 0;
        while (place < weights.length - 1 && drawn >= weights[place]) {
            drawn -= weights[place++];
        }
        return place;
    }

    /// 0 to 1. What every other caption says ("men") shows little of its picture: the rule for frequent words of
    /// Mikolov et al. (Distributed Representations of Words and Phrases, 2013, section 2.3). What hardly another
    /// says, as a model's name, could only be learned by heart.
    private double weight(String stem) {
        int with = counts.getOrDefault(stem, 0);
        return with < LEAST ? 0 : Math.min(1, Math.sqrt(FREQUENT * captions / with));
    }
}
