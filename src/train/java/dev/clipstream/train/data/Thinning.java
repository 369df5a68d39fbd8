package dev.clipstream.train.data;

import java.util.SplittableRandom;
import java.util.StringJoiner;

/// Word dropout for all captions of a batch, so that a model learns what each word shows. Otherwise captions that
/// are unlike all others, such as product titles with a brand and a number, would be memorized together with their
/// images.
///
/// The remaining words are taken as true of the image, and of every image whose caption contains them in the same
/// order ([Photo#tells]). This is occasionally wrong: "blue shoe" for "blue shirt and white shoe".
enum Thinning {
    /// Keeps all words: a quarter of the batches.
    WHOLE {
        @Override
        String thin(CaptionWords caption, WordFrequency frequency, SplittableRandom random) {
            return caption.caption();
        }
    },
    /// Keeps random words: a quarter of the batches. Chinese stays whole.
    SPARSE {
        @Override
        String thin(CaptionWords caption, WordFrequency frequency, SplittableRandom random) {
            double dropped = random.nextDouble(MOST_DROPPED);
            int kept = random.nextInt(caption.size()); // always
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
    /// Keeps one to three consecutive words, the form of labels and queries, or two to four Chinese characters: half
    /// of the batches.
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

    /// Returns the remaining words of a caption in order.
    abstract String thin(CaptionWords caption, WordFrequency frequency, SplittableRandom random);
}
