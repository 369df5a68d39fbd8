package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a cosine means for one model: where it stands among the cosines of pairs that have nothing to do with each
/// other. A cosine of 0.3 is much between a text and a picture of one model, and nothing between two pictures of
/// another.
///
/// @param model    whose cosines
/// @param pairs    that were drawn, of each kind
/// @param pictures cosines of two pictures: the 0th to 100th percentile
/// @param texts    cosines of a text and a picture: likewise
public record Calibration(ModelIdentity model, int pairs, List<Double> pictures, List<Double> texts) {
    /// From the smallest to the largest.
    private static final int PERCENTILES = 101;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Calibration {
        pictures = List.copyOf(pictures);
        texts = List.copyOf(texts);
        requireAscending("pictures", pictures);
        requireAscending("texts", texts);
    }

    private static void requireAscending(String name, List<Double> values) {
        boolean ascending = values.size() == PERCENTILES;
        for (int i = 1; ascending && i < values.size(); i++) {
            ascending = values.get(i) >= values.get(i - 1);
        }
        if (!ascending) {
            throw new IllegalArgumentException("An ascending array of " + PERCENTILES + " cosines was expected as "
                    + name + ", found " + values.size() + " values: make it with clipstream index calibrate");
        }
    }

    /// Measures pairs that are drawn at random, most of which have nothing to do with each other.
    ///
    /// @param media vectors of stored media, at least 2
    /// @param texts vectors of prompts, at least 1
    /// @param pairs to draw of each kind, at least 100
    public static Calibration measure(
            ModelIdentity model, List<Embedding> media, List<Embedding> texts, int pairs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] ofPictures = new double[pairs];
        double[] ofTexts = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            int one = random.nextInt(media.size());
            int other = (one + 1 + random.nextInt(media.size() - 1)) % media.size();
            ofPictures[i] = media.get(one).cosine(media.get(other));
            ofTexts[i] = media.get(one).cosine(texts.get(random.nextInt(texts.size())));
        }
        return new Calibration(model, pairs, percentiles(ofPictures), percentiles(ofTexts));
    }

    private static List<Double> percentiles(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        List<Double> percentiles = new ArrayList<>();
        for (int i = 0; i < PERCENTILES; i++) {
            percentiles.add(sorted[Math.round(i / 100f * (sorted.length - 1))]);
        }
        return percentiles;
    }

    /// The share of unrelated pairs whose cosine is smaller, 0 to 100.
    ///
    /// @param ofText whether the cosine is of a text and a picture, rather than of two pictures
    public double percentile(double cosine, boolean ofText) {
        List<Double> known = ofText ? texts : pictures;
        if (cosine <= known.getFirst()) {
            return 0;
        }
        for (int i = 1; i < known.size(); i++) {
            if (cosine <= known.get(i)) {
                double step = known.get(i) - known.get(i - 1);
                return i - 1 + (step > 0 ? (cosine - known.get(i - 1)) / step : 1);
            }
        }
        return 100;
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws IOException if it cannot be read, or is none
    public static Calibration read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), Calibration.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(
                    "A calibration was expected in " + file + ", found: " + e.getMessage()
                            + ". Make it with clipstream index calibrate --out " + file,
                    e);
        }
    }

    /// Writes it as JSON.
    public void write(Path file) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(this));
    }
}
