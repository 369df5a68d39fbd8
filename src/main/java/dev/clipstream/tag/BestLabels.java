package dev.clipstream.tag;

/// Selects the best of many labels without sorting the rest: a binary heap with the worst selected label on top.
///
/// A greater score is better; among equal scores, the greater cosine is; among equal cosines, the smaller rank is. The
/// rank is the order by id, so that the result does not depend on the order in a file. Used by one thread for one
/// image.
final class BestLabels {
    private final double[] scores;
    private final double[] cosines;
    private final int[] ranks;
    private final int[] heap;
    private int size;

    /// @param scores what decides, such as the probabilities; the cosines themselves if each probability increases with
    ///               the cosine in the same way
    /// @param limit  maximum labels to select, at least 1
    BestLabels(double[] scores, double[] cosines, int[] ranks, int limit) {
        this.scores = scores;
        this.cosines = cosines;
        this.ranks = ranks;
        this.heap = new int[Math.min(limit, scores.length)];
    }

    /// Returns whether [#add] would select the label.
    boolean wants(int label) {
        return size < heap.length || better(label, heap[0]);
    }

    /// Selects the label, in place of the worst one if the limit is reached.
    void add(int label) {
        if (size < heap.length) {
            int place = size++;
            while (place > 0 && better(heap[(place - 1) / 2], label)) {
                heap[place] = heap[(place - 1) / 2];
                place = (place - 1) / 2;
            }
            heap[place] = label;
        } else {
            sink(label, size);
        }
    }

    /// Returns the selected labels, best first. This object cannot be used afterwards.
    int[] bestFirst() {
        int[] sorted = new int[size];
        while (size > 0) {
            int worst = heap[0];
            int last = heap[--size];
            if (size > 0) {
                sink(last, size);
            }
            sorted[size] = worst;
        }
        return sorted;
    }

    private void sink(int label, int count) {
        int place = 0;
        for (int child = 1; child < count; child = 2 * place + 1) {
            if (child + 1 < count && better(heap[child], heap[child + 1])) {
                child++;
            }
            if (!better(label, heap[child])) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = label;
    }

    private boolean better(int label, int other) {
        if (scores[label] != scores[other]) {
            return scores[label] > scores[other];
        }
        return cosines[label] > cosines[other] || (cosines[label] == cosines[other] && ranks[label] < ranks[other]);
    }
}
