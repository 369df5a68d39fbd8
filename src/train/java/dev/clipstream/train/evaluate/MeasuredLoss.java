package dev.clipstream.train.evaluate;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.Scoring;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Computes a model's training objective on given pairs.
public final class MeasuredLoss {
    private MeasuredLoss() {}

    /// Returns the mean over batches of CLIP's symmetric cross-entropy, or of SigLIP's loss if the model scores with
    /// sigmoid.
    ///
    /// The pairs are shuffled first, always in the same order: the images of a folder are adjacent, and a batch of
    /// one class would have the same loss for any model.
    ///
    /// @param images   of the pairs
    /// @param texts    of the pairs, as many
    /// @param together whether the image of one pair and the text of another belong together
    /// @param batch    batch size; the last batch may be smaller
    public static double of(
            List<Embedding> images, List<Embedding> texts, Scoring scoring, Retrieval.Partners together, int batch) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, images.size()).boxed().toList());
        Collections.shuffle(order, new Random(1));
        double sum = 0;
        for (int from = 0; from < images.size(); from += batch) {
            int to = Math.min(images.size(), from + batch);
            double[][] logits = new double[to - from][to - from];
            boolean[][] positive = new boolean[to - from][to - from];
            for (int i = 0; i < logits.length; i++) {
                for (int j = 0; j < logits.length; j++) {
                    int image = order.get(from + i);
                    int text = order.get(from + j);
                    logits[i][j] = scoring.logit(images.get(image).cosine(texts.get(text)));
                    positive[i][j] = i == j || together.together(image, text);
                }
            }
            sum += switch (scoring.kind()) {
                case SOFTMAX -> symmetric(logits, positive);
                case SIGMOID -> sigmoid(logits, positive);
            };
        }
        return sum / images.size();
    }

    /// Returns the batch's sum of the mean of both cross-entropies.
    private static double symmetric(double[][] logits, boolean[][] positive) {
        double sum = 0;
        int size = logits.length;
        for (int i = 0; i < size; i++) {
            double[] row = new double[size];
            double[] column = new double[size];
            boolean[] inRow = new boolean[size];
            boolean[] inColumn = new boolean[size];
            for (int j = 0; j < size; j++) {
                row[j] = logits[i][j];
                column[j] = logits[j][i];
                inRow[j] = positive[i][j];
                inColumn[j] = positive[j][i];
            }
            sum += (crossEntropy(row, inRow) + crossEntropy(column, inColumn)) / 2;
        }
        return sum;
    }

    private static double crossEntropy(double[] logits, boolean[] positive) {
        double most = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            most = Math.max(most, logit);
        }
        double exponentials = 0;
        double partners = 0;
        int count = 0;
        for (int i = 0; i < logits.length; i++) {
            exponentials += Math.exp(logits[i] - most);
            if (positive[i]) {
                partners += logits[i];
                count++;
            }
        }
        return most + Math.log(exponentials) - partners / count;
    }

    private static double sigmoid(double[][] logits, boolean[][] positive) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            for (int j = 0; j < logits.length; j++) {
                double x = positive[i][j] ? logits[i][j] : -logits[i][j];
                sum += Math.log1p(Math.exp(-Math.abs(x))) + Math.max(-x, 0);
            }
        }
        return sum;
    }
}
