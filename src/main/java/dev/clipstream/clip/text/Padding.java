package dev.clipstream.clip.text;

/// To which length texts are filled up.
public enum Padding {
    /// Each text to the full length: padding is part of the model.
    FULL("to the full length"),
    /// The original code fills up to the full length. Filling up to the longest text of a batch is faster, and allowed
    /// where a proof shows that it gives the same vectors.
    FULL_UNLESS_PROVEN("to the full length unless proven equal"),
    /// To the longest text of a batch: an attention mask, or the graph itself, leaves the padding out.
    LONGEST("to the longest text of a batch");

    private final String title;

    Padding(String title) {
        this.title = title;
    }

    @Override
    public String toString() {
        return title;
    }
}
