package dev.clipstream.clip.family;

import dev.clipstream.image.Preprocessing.Channels;

/// Means and standard deviations that several families normalize with.
final class Colours {
    /// OpenAI's, measured on the images that CLIP was trained with.
    static final Channels OPENAI_MEAN = new Channels((float) 0.48145466, (float) 0.4578275, (float) 0.40821073);

    /// OpenAI's, measured on the images that CLIP was trained with.
    static final Channels OPENAI_STD = new Channels((float) 0.26862954, (float) 0.26130258, (float) 0.27577711);

    /// As mean and as standard deviation: scales to -1 to 1.
    static final Channels HALF = new Channels(0.5f, 0.5f, 0.5f);

    private Colours() {}
}
