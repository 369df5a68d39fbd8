package dev.clipstream.train.scene.suite;

import java.util.Locale;

/// What held-out scenes can measure of a model. All but [#TRAINING] show scenes that no training ever sees.
public enum Suite {
    /// A folder for each of 100 everyday concepts, one thing a picture.
    CONCEPTS_100(10),
    /// A folder for each concept, one thing a picture.
    CONCEPTS_ALL(3),
    /// Scenes with one to four things, each with a text in English and one in Chinese that tell all of it.
    RETRIEVAL(1000),
    /// The same with texts in an order of words that is never a caption.
    WORD_ORDERS(500),
    /// Two things side by side, and the same two changed over: who cannot tell left from right gets every other one
    /// wrong.
    RELATIONS(500),
    /// A folder for each colour of the background, any thing before it.
    COLOUR(50),
    /// A folder each for one, two and three things of a kind.
    COUNT(200),
    /// A folder for each concept with an English word that is never a caption; the labels' prompts have that word.
    SYNONYMS_EN(3),
    /// The same in Chinese.
    SYNONYMS_ZH(3),
    /// Everyday things in 62 pictures under names that say what they show: JPEG, PNG and WebP of 256 to 352 pixels.
    SAMPLES(62),
    /// Not held out: what a training sees, for people to look at, or as a manifest to train from.
    TRAINING(1000);

    private final int pictures;

    Suite(int pictures) {
        this.pictures = pictures;
    }

    /// Pictures of each class or, without classes, in all, where nobody says otherwise.
    int pictures() {
        return pictures;
    }

    /// Whether it consists of a folder for each class, and not of pictures with texts.
    boolean classes() {
        return switch (this) {
            case CONCEPTS_100, CONCEPTS_ALL, COLOUR, COUNT, SYNONYMS_EN, SYNONYMS_ZH -> true;
            case RETRIEVAL, WORD_ORDERS, RELATIONS, SAMPLES, TRAINING -> false;
        };
    }

    /// As on a command line and as its folder's name.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
