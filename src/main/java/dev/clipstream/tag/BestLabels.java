package dev.clipstream.tag;

/// Keeps the best few of many labels without sorting the rest: a binary heap with the
/// worst kept one on top.
///
/// Better is the greater cosine, and of equal ones the smaller rank, which is the labels' order by id:
/// so the outcome does not depend on the order in a file. One thread, one picture.
final class BestLabels {
    private final double[] cosines;
    private final int[] ranks;
    private final int[] heap;
    private int size;

    /// @param limit most labels to keep, at least 1
    BestLabels(double[] cosines, int[] ranks, int limit) {
        this.cosines = cosines;
        this.ranks = ranks;
        this.heap = new int[Math.min(limit, cosines.length)];
    }

    /// Whether [#add] would keep the label.
    boolean wants(int label) {
        return size < heap.length || better(label, heap[0]);
    }

    /// Keeps the label, and forgets the worst one where there is no room.
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

    /// The kept labels, best first. Ends this object's use.
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
        return cosines[label] > cosines[other] || (cosines[label] == cosines[other] && ranks[label] < ranks[other]);
    }
}
