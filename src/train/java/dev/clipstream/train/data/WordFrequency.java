package dev.clipstream.train.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/// The frequency of words among captions.
///
/// @param captions number of captions counted
/// @param counts   number of captions that contain a word, by its stem
record WordFrequency(int captions, Map<String, Integer> counts) {
    /// Share of the captions from which on a word is frequent.
    private static final double FREQUENT = 0.02;

    /// Minimum number of captions with a word for anything but memorization to be learned from it.
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

    /// Draws the index of a word of a caption by weight, or uniformly if no word has a weight.
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

    /// Returns a weight of 0 to 1. A word of most captions ("men") says little about its image: this is the
    /// subsampling of frequent words of Mikolov et al. (Distributed Representations of Words and Phrases, 2013,
    /// section 2.3). A word of hardly any other caption, such as a model name, could only be memorized.
    private double weight(String stem) {
        int with = counts.getOrDefault(stem, 0);
        return with < LEAST ? 0 : Math.min(1, Math.sqrt(FREQUENT * captions / with));
    }
}
