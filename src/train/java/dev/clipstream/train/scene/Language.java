package dev.clipstream.train.scene;

/// The two languages of captions.
public enum Language {
    ENGLISH("en"),
    CHINESE("zh");

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /// BCP 47.
    public String tag() {
        return tag;
    }
}
