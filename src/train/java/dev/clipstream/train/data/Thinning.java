package dev.clipstream.train.data;

import java.util.SplittableRandom;
import java.util.StringJoiner;

/// How many words are left of all captions of one batch, so that a model learns what each word shows. Captions that
/// are unlike all others, as product titles with a brand and a number are, would otherwise be learned by heart,
/// each with its picture.
///
/// What is left of a caption is taken to be true of its picture, and of every other whose caption has those words
/// in that order ([Photo#tells]): of "blue shirt and white shoe" that is wrong now and then ("blue shoe").
enum Thinning {
    /// All: a quarter of the batches.
    WHOLE {
        @Override
        String thin(CaptionWords caption, WordFrequency frequency, SplittableRandom random) {
            return caption.caption();
        }
    },
    /// Some words here and there: a quarter of the batches. Chinese stays whole.
    SPARSE {
        @Override
        String thin(CaptionWords caption, WordFrequency frequency, SplittableRandom random) {
            double dropped = random.nextDouble(MOST_DROPPED);
            int kept = random.nextInt(caption.size()); // whatever happens
            StringJoiner left = new StringJoiner(" ");
            for (int from = 0, to; from < caption.size(); from = to) {
                to = from + 1;
                while (caption.isIdeograph(from) && to < caption.size() && caption.isIdeograph(to)) {
                    to++;
                }
                if ((from <= kept && kept < to) || random.nextDouble() >= dropped) {
                    left.add(caption.between(from, to));
                }
            }
            return left.toString();
        }
    },
    /// One to three words that follow each other, as the name of a kind of thing does and as one is asked for, or
    /// two to four Chinese characters: half of the batches.
    PHRASE {
        @Override
        String thin(CaptionWords caption, WordFrequency frequency, SplittableRandom random) {
            int within = frequency.draw(caption, random);
            int shortest = caption.isIdeograph(within) ? 2 : 1;
            int length = Math.min(caption.size(), shortest + random.nextInt(3));
            int first = Math.clamp(within - random.nextInt(length), 0, caption.size() - length);
            return caption.between(first, first + length);
        }
    };

    private static final double MOST_DROPPED = 0.85;

    static Thinning of(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> WHOLE;
            case 1 -> SPARSE;
            default -> PHRASE;
        };
    }

    /// What is left of a caption, in the order of its words.
    abstract String thin(CaptionWords caption, WordFrequency frequency, SplittableRandom random);
}
