package dev.clipstream.train.scene;

/// The two languages of captions.
enum Language {
    ENGLISH("en"),
    CHINESE("zh");

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /// BCP 47.
    String tag() {
        return tag;
    }
}
