package dev.clipstream.train.scene.suite;

import java.util.Locale;

/// What a suite of held-out scenes measures. All but [#TRAINING] contain only scenes that training never sees.
public enum Suite {
    /// A folder for each of 100 everyday concepts; one object per image.
    CONCEPTS_100(10),
    /// A folder for each concept; one object per image.
    CONCEPTS_ALL(3),
    /// Scenes of one to four objects, each with an English and a Chinese text that describe it completely.
    RETRIEVAL(1000),
    /// The same with texts in held-out sentence templates.
    WORD_ORDERS(500),
    /// Two objects side by side, and the same scene with the two swapped. A model that cannot tell left from right
    /// gets every other one wrong.
    RELATIONS(500),
    /// A folder for each background colour, with any object.
    COLOUR(50),
    /// A folder each for one, two and three objects of one concept.
    COUNT(200),
    /// A folder for each concept that has a held-out English synonym, which the labels' prompts use.
    SYNONYMS_EN(3),
    /// The same in Chinese.
    SYNONYMS_ZH(3),
    /// Everyday concepts in 62 images whose names say what they show: JPEG, PNG and WebP of 256 to 352 pixels.
    SAMPLES(62),
    /// Not held out: what training sees, to look at or as a manifest to train from.
    TRAINING(1000);

    private final int images;

    Suite(int images) {
        this.images = images;
    }

    /// Returns the default number of images per class or, without classes, in total.
    int images() {
        return images;
    }

    /// Returns whether the suite has a folder for each class instead of images with texts.
    boolean classes() {
        return switch (this) {
            case CONCEPTS_100, CONCEPTS_ALL, COLOUR, COUNT, SYNONYMS_EN, SYNONYMS_ZH -> true;
            case RETRIEVAL, WORD_ORDERS, RELATIONS, SAMPLES, TRAINING -> false;
        };
    }

    /// Returns the name on the command line, which is also the folder's name.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
