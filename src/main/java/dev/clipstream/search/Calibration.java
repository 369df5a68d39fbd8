package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The distribution of a model's cosines over unrelated pairs, which gives a cosine a meaning.
///
/// A cosine of 0.3 can be high between a text and an image of one model, and low between two images of another
/// model.
///
/// @param model    the model
/// @param pairs    the number of pairs of each kind, or of the kind with fewer pairs
/// @param pictures the 0th to 100th percentiles of the cosines of two images, ascending
/// @param texts    the 0th to 100th percentiles of the cosines of a text and an image, ascending
public record Calibration(ModelIdentity model, int pairs, List<Double> pictures, List<Double> texts) {
    /// The 0th to the 100th.
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
            throw new IllegalArgumentException(name + ": expected " + PERCENTILES + " ascending cosines, found "
                    + values.size() + " values. Create the file with clipstream index calibrate.");
        }
    }

    /// Measures the cosines of random pairs, most of which are unrelated.
    ///
    /// @param media the vectors of stored media, at least 2
    /// @param texts the vectors of prompts, at least 1
    /// @param pairs the number of pairs of each kind, at least 100
    public static Calibration measure(
            ModelIdentity model, List<Embedding> media, List<Embedding> texts, int pairs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Double> ofImages = new ArrayList<>();
        List<Double> ofTexts = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            int one = random.nextInt(media.size());
            int other = (one + 1 + random.nextInt(media.size() - 1)) % media.size();
            ofImages.add(media.get(one).cosine(media.get(other)));
            ofTexts.add(media.get(one).cosine(texts.get(random.nextInt(texts.size()))));
        }
        return of(model, ofImages, ofTexts);
    }

    /// Returns the calibration of measured cosines.
    ///
    /// @param pictures the cosines of two images, at least 1
    /// @param texts    the cosines of a text and an image, at least 1
    static Calibration of(ModelIdentity model, List<Double> pictures, List<Double> texts) {
        return new Calibration(
                model, Math.min(pictures.size(), texts.size()), percentiles(pictures), percentiles(texts));
    }

    private static List<Double> percentiles(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        List<Double> percentiles = new ArrayList<>();
        for (int i = 0; i < PERCENTILES; i++) {
            percentiles.add(sorted.get(Math.round(i / 100f * (sorted.size() - 1))));
        }
        return percentiles;
    }

    /// Returns the percentage of unrelated pairs whose cosine is smaller, 0 to 100.
    ///
    /// @param ofText whether the cosine is that of a text and an image, rather than of two images
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

    /// Reads a file that [#write] has written.
    ///
    /// @throws IOException if the file cannot be read, or is not a calibration
    public static Calibration read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), Calibration.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(
                    file + ": expected a calibration, found: " + e.getMessage()
                            + " Create the file with clipstream index calibrate --out " + file + ".",
                    e);
        }
    }

    /// Writes the calibration as JSON.
    public void write(Path file) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(this));
    }
}
