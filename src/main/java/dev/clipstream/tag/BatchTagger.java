package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.product.VectorProduct;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tags many images at once with all label sets and standing queries of a snapshot, in one matrix product over all
/// images and labels.
///
/// The tags are those of [ZeroShotTagger#tag]: the same labels in the same order with the same cosines. Probabilities
/// are equal, too, except in mode EXCLUSIVE, where they differ by less than 1e-6.
///
/// Works on the caller's thread alone, and allocates nothing per label. Used by one thread at a time. Holds native
/// memory until closed: the labels' vectors, and a block of products.
public final class BatchTagger implements AutoCloseable {
    /// Multiplications and additions of a block. A core that does 50 to 160 of them in a nanosecond takes one to three
    /// milliseconds.
    private static final double BLOCK_OPERATIONS = 1.6e8;

    /// Matrix kernels take as many rows at once, or a divisor of it; with fewer, they wait for the columns' memory.
    private static final int ROWS_AT_ONCE = 12;

    private static final int MAX_IMAGES = 252;

    private final TaggerSnapshot snapshot;
    private final @Nullable VectorProduct product;
    private final List<SetScorer> tags;
    private final List<SetScorer> alerts;
    private final float[] row;

    /// Creates a batch tagger.
    ///
    /// @throws IllegalStateException if ONNX Runtime cannot be loaded
    public BatchTagger(TaggerSnapshot snapshot) {
        this.snapshot = snapshot;
        List<Embedding> columns = new ArrayList<>();
        snapshot.taggers().forEach(tagger -> columns.addAll(tagger.comparedVectors()));
        snapshot.alerts().forEach(tagger -> columns.addAll(tagger.comparedVectors()));
        this.row = new float[columns.size()];
        this.product = columns.isEmpty()
                ? null
                : VectorProduct.open(
                        columns, blockSize(columns.size(), snapshot.model().dimension()));
        double error = product == null ? 0 : product.errorBound();
        this.tags = new ArrayList<>();
        this.alerts = new ArrayList<>();
        int from = 0;
        for (ZeroShotTagger tagger : snapshot.taggers()) {
            tags.add(new SetScorer(tagger, from, error));
            from += tagger.comparedVectors().size();
        }
        for (ZeroShotTagger tagger : snapshot.alerts()) {
            alerts.add(new SetScorer(tagger, from, error));
            from += tagger.comparedVectors().size();
        }
    }

    /// Returns the taggers.
    public TaggerSnapshot snapshot() {
        return snapshot;
    }

    /// Returns the number of images of a block, which takes about 2 ms: 12 to 252. From about 13,000 labels of 512
    /// dimensions on, a block takes longer.
    public int maxImages() {
        return product == null ? MAX_IMAGES : product.maxRows();
    }

    /// Returns the tags of images, in their order.
    ///
    /// @param images at most [#maxImages()] vectors of the snapshot's model
    /// @throws IllegalArgumentException if there are more images, or a vector does not have the model's dimension
    /// @throws IllegalStateException    if ONNX Runtime fails
    public List<ImageTags> tag(List<Embedding> images) {
        if (product != null) {
            product.multiply(images);
        }
        List<ImageTags> tagged = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            Embedding image = images.get(i);
            if (product != null) {
                product.products(i, row);
            }
            tagged.add(new ImageTags(tags(tags, image), tags(alerts, image)));
        }
        return tagged;
    }

    private List<SetTags> tags(List<SetScorer> scorers, Embedding image) {
        List<SetTags> found = new ArrayList<>(scorers.size());
        for (SetScorer scorer : scorers) {
            found.add(new SetTags(scorer.labelSet(), scorer.tag(row, image)));
        }
        return found;
    }

    /// Returns how often the single path had to decide, because a label's probability was too near its threshold.
    long undecided() {
        return tags.stream().mapToLong(SetScorer::undecided).sum();
    }

    private static int blockSize(int columns, int dimension) {
        double images = BLOCK_OPERATIONS / (2.0 * columns * dimension);
        long kernels = Math.round(images / ROWS_AT_ONCE);
        return Math.clamp(kernels * ROWS_AT_ONCE, ROWS_AT_ONCE, MAX_IMAGES);
    }

    @Override
    public void close() {
        if (product != null) {
            product.close();
        }
    }
}
