package dev.clipstream.train.scene;

/// The languages of captions.
public enum Language {
    ENGLISH("en"),
    CHINESE("zh");

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /// Returns the BCP 47 language tag.
    public String tag() {
        return tag;
    }
}
