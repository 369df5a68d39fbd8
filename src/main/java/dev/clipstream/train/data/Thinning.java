package dev.clipstream.train.data;

import java.util.List;
import java.util.SplittableRandom;

/// How many words are left of all captions of one batch, so that a model learns what each word shows. Captions that are
/// unlike all others, as product titles with a brand and a number are, would otherwise be learned by heart, each with
/// its
/// picture.
///
/// What is left of a caption is still true of its picture, and of every other whose caption has those words
/// ([Photo#tells]). Text without spaces stays as it is.
enum Thinning {
    /// All: a quarter of the batches.
    WHOLE {
        @Override
        String thin(String caption, WordFrequency frequency, SplittableRandom random) {
            return caption;
        }
    },
    /// Some here and there: a quarter of the batches.
    SPARSE {
        @Override
        String thin(String caption, WordFrequency frequency, SplittableRandom random) {
            List<String> words = CaptionWords.of(caption);
            double dropped = random.nextDouble(MOST_DROPPED);
            int kept = random.nextInt(words.size()); // whatever happens
            StringBuilder left = new StringBuilder();
            for (int i = 0; i < words.size(); i++) {
                if (i == kept || random.nextDouble() >= dropped) {
                    left.append(left.isEmpty() ? "" : " ").append(words.get(i));
                }
            }
            return left.toString();
        }
    },
    /// One to three that follow each other, as a name of a kind of thing does and as one is asked for: half of the
    /// batches.
    PHRASE {
        @Override
        String thin(String caption, WordFrequency frequency, SplittableRandom random) {
            List<String> words = CaptionWords.of(caption);
            int length = Math.min(words.size(), 1 + random.nextInt(LONGEST_PHRASE));
            int within = frequency.draw(words, random);
            int first = Math.clamp(within - random.nextInt(length), 0, words.size() - length);
            return String.join(" ", words.subList(first, first + length));
        }
    };

    private static final double MOST_DROPPED = 0.85;
    private static final int LONGEST_PHRASE = 3;

    static Thinning of(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> WHOLE;
            case 1 -> SPARSE;
            default -> PHRASE;
        };
    }

    /// What is left of a caption, in the order of its words.
    abstract String thin(String caption, WordFrequency frequency, SplittableRandom random);
}
