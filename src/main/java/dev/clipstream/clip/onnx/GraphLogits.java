package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The logits of a graph that holds both towers, as `logits_per_image` or `logits_per_text`, beside the cosines of the
/// vectors that the same run gives. Scale and bias follow from them.
final class GraphLogits {
    /// Outputs that hold logits, those with a row for each image first.
    static final List<String> OUTPUTS = List.of("logits_per_image", "logits_per_text");

    private final OrtSession session;
    private final ImageGraph images;
    private final TextGraph texts;
    private final String output;
    private final Map<String, OnnxTensor> levels;

    /// @param output one of [#OUTPUTS]
    /// @param levels the table of the graph's prologue, if it has one; owned by the model
    GraphLogits(OrtSession session, ImageGraph images, TextGraph texts, String output, Map<String, OnnxTensor> levels) {
        this.session = session;
        this.images = images;
        this.texts = texts;
        this.output = output;
        this.levels = levels;
    }

    /// Runs every text with every image.
    ///
    /// @param padsFully whether texts are filled up to the full length
    /// @throws ModelException if the graph does not run, or gives something else
    List<OnnxTowers.Logit> of(
            List<String> lines,
            List<RgbImage> pictures,
            ClipTokenizer tokenizer,
            Preprocessing preprocessing,
            boolean padsFully)
            throws ModelException {
        List<long[]> ids = lines.stream().map(tokenizer::tokenize).toList();
        int longest = ids.stream().mapToInt(text -> text.length).max().orElse(1);
        int length = texts.length() > 0 ? texts.length() : padsFully ? tokenizer.length() : longest;
        List<OnnxTowers.Logit> logits = new ArrayList<>();
        try {
            for (List<long[]> someIds : parts(ids, texts.batch())) {
                for (List<RgbImage> someImages : parts(pictures, images.batch())) {
                    logits.addAll(run(someIds, someImages, length, tokenizer.pad(), preprocessing));
                }
            }
            return logits;
        } catch (OrtException | IllegalArgumentException e) {
            throw new ModelException(
                    "vectors and logits of texts and images in " + output,
                    String.valueOf(e.getMessage()),
                    "export the model again",
                    e);
        }
    }

    private static <T> List<List<T>> parts(List<T> whole, int batch) {
        int size = batch > 0 ? batch : whole.size();
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < whole.size(); from += size) {
            List<T> part = new ArrayList<>(whole.subList(from, Math.min(whole.size(), from + size)));
            part.addAll(Collections.nCopies(size - part.size(), whole.getLast()));
            parts.add(part);
        }
        return parts;
    }

    private List<OnnxTowers.Logit> run(
            List<long[]> ids, List<RgbImage> pictures, int length, long pad, Preprocessing preprocessing)
            throws OrtException, ModelException {
        try (TextBatch inputs = TextBatch.of(texts, ids, ids.size(), length, pad);
                OnnxTensor pixels = new PixelBuffer(images.format(), preprocessing, Device.CPU).fill(pictures)) {
            Map<String, OnnxTensor> all = new HashMap<>(levels);
            all.putAll(inputs.tensors());
            all.put(images.pixels(), pixels);
            try (OrtSession.Result result = session.run(all, Set.of(output, images.output(), texts.output()))) {
                boolean perImage = output.equals(OUTPUTS.getFirst());
                float[][] scores = rows(result, output, perImage ? pictures.size() : ids.size());
                float[][] imageVectors = rows(result, images.output(), pictures.size());
                float[][] textVectors = rows(result, texts.output(), ids.size());
                List<OnnxTowers.Logit> logits = new ArrayList<>();
                for (int image = 0; image < pictures.size(); image++) {
                    Embedding vector = Embedding.normalize(imageVectors[image]);
                    for (int text = 0; text < ids.size(); text++) {
                        double cosine = vector.cosine(Embedding.normalize(textVectors[text]));
                        logits.add(new OnnxTowers.Logit(cosine, perImage ? scores[image][text] : scores[text][image]));
                    }
                }
                return logits;
            }
        }
    }

    private static float[][] rows(OrtSession.Result result, String output, int rows) throws ModelException {
        Optional<float[][]> found = Vectors.rows(result, output, rows);
        return found.orElseThrow(() -> new ModelException(
                "a row in " + output + " for each of " + rows + " inputs", "another shape", "export the model again"));
    }
}
