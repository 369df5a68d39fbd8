package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.prologue.PixelPrologue;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Inputs that are the same in every run: the smallest ones for the side of a combined graph that a run does not need
/// but the graph requires, and the table of a prologue.
///
/// Owns its tensors until closed.
final class Placeholders implements AutoCloseable {
    private static final Placeholders NONE = new Placeholders(Map.of());

    private final Map<String, OnnxTensor> tensors;

    private Placeholders(Map<String, OnnxTensor> tensors) {
        this.tensors = tensors;
    }

    /// Returns the table of the prologue; nothing if the graph has none.
    static Placeholders levels(ImageGraph image, Preprocessing preprocessing) throws ModelException {
        if (image.levels().isEmpty()) {
            return NONE;
        }
        try {
            OnnxTensor levels = PixelBuffer.levels(image.levels().get(), preprocessing);
            return new Placeholders(Map.of(PixelPrologue.LEVELS, levels));
        } catch (OrtException e) {
            throw new ModelException(
                    "an input for the levels of pixels", String.valueOf(e.getMessage()), "set the device cpu", e);
        }
    }

    /// Returns an empty text for runs of the image side; nothing if the graph takes only images.
    ///
    /// @param padsFully whether texts are filled up to the full length
    static Placeholders text(ImageGraph image, TextGraph text, ClipTokenizer tokenizer, boolean padsFully)
            throws ModelException {
        if (image.others().isEmpty()) {
            return NONE;
        }
        try {
            long[] ids = tokenizer.tokenize("");
            int length = text.length() > 0 ? text.length() : padsFully ? tokenizer.length() : ids.length;
            TextBatch batch = TextBatch.of(text, List.of(ids), Math.max(1, text.batch()), length, tokenizer.pad());
            return new Placeholders(batch.tensors());
        } catch (OrtException e) {
            throw new ModelException(
                    "an input for an empty text", String.valueOf(e.getMessage()), "export it again", e);
        }
    }

    /// Returns a black image for runs of the text side; nothing if the graph takes only texts.
    static Placeholders image(ImageGraph image, TextGraph text, Preprocessing preprocessing) throws ModelException {
        if (text.others().isEmpty()) {
            return NONE;
        }
        byte[] black = new byte[3 * preprocessing.width() * preprocessing.height()];
        RgbImage blackImage = new RgbImage(preprocessing.width(), preprocessing.height(), black);
        try {
            OnnxTensor pixels = new PixelBuffer(image.format(), preprocessing, Device.CPU)
                    .fill(Collections.nCopies(Math.max(1, image.batch()), blackImage));
            return new Placeholders(Map.of(image.pixels(), pixels));
        } catch (OrtException e) {
            throw new ModelException(
                    "an input for a black image", String.valueOf(e.getMessage()), "export it again", e);
        }
    }

    Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    /// Returns these tensors and others.
    Map<String, OnnxTensor> with(Placeholders others) {
        Map<String, OnnxTensor> both = new HashMap<>(tensors);
        both.putAll(others.tensors);
        return Map.copyOf(both);
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
