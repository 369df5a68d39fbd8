package dev.clipstream.train.weakness;

import java.util.Locale;

/// What models of CLIP's kind are known to do badly.
///
/// Sources: Radford et al., Learning Transferable Visual Models From Natural Language Supervision (2021): counting,
/// fine-grained classes and handwritten digits; Goh et al., Multimodal Neurons (2021): text in the picture; Yuksekgonul
/// et al., When and Why Vision-Language Models Behave like Bags-of-Words (2023): relations.
public enum Weakness {
    /// One to six objects of one kind.
    COUNTING,
    /// A dog to the left or to the right of an apple.
    LEFT_RIGHT,
    /// A dog above or below an apple.
    ABOVE_BELOW,
    /// Digits drawn by hand.
    DIGITS,
    /// Eight kinds of trains that look alike.
    LOOK_ALIKES,
    /// An object with the name of another one written on it.
    WRITTEN_OVER;

    /// Returns the name in tables and JSON.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
