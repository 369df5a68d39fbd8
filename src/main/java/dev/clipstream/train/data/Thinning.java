package dev.clipstream.train.data;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// Leaves words out of all captions of one batch, so that a model learns what each word shows. Captions that are unlike
/// all others, as product titles with a brand and a number are, would otherwise be learned by heart, each with its
/// picture.
///
/// What is left of a caption is still true of its picture, and of every other whose caption has those words
/// ([Photo#tells]).
///
/// @param most part of the words that may go; 0: none
record Thinning(double most) {
    private static final double MOST = 0.85;
    static final Pattern SPACE = Pattern.compile("\\s+");

    /// In half of the batches none.
    static Thinning of(SplittableRandom random) {
        return new Thinning(random.nextBoolean() ? MOST : 0);
    }

    /// A caption with some of its words, at least one, in their order. Text without spaces stays as it is.
    String thin(String caption, SplittableRandom random) {
        if (most == 0) {
            return caption;
        }
        List<String> words = SPACE.splitAsStream(caption.strip()).toList();
        double dropped = random.nextDouble(most);
        int kept = random.nextInt(words.size()); // whatever happens
        StringBuilder left = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            if (i == kept || random.nextDouble() >= dropped) {
                left.append(left.isEmpty() ? "" : " ").append(words.get(i));
            }
        }
        return left.toString();
    }
}
