package dev.clipstream.topology.tagging;

import dev.clipstream.clip.Embedding;
import dev.clipstream.tag.BatchTagger;
import dev.clipstream.tag.ImageTags;
import dev.clipstream.tag.TaggerSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Scores stored media in blocks. The tasks of a stream thread share one [BatchTagger], because they take turns and
/// each holds native memory: 20 MB for 10,000 labels of 512 dimensions.
///
/// There is one instance for each stream thread; [#ofThisThread()] returns it.
final class ThreadScorer {
    private static final ThreadLocal<ThreadScorer> OF_THREAD = ThreadLocal.withInitial(ThreadScorer::new);

    private final Set<Integer> partitions = new HashSet<>();
    private @Nullable BatchTagger scorer;

    /// Returns the instance of the calling thread.
    static ThreadScorer ofThisThread() {
        return OF_THREAD.get();
    }

    /// Returns how many media may be scored at once.
    ///
    /// @param partition of the task, which calls [#release] when it has no more media
    int most(int partition, TaggerSnapshot snapshot) {
        return of(partition, snapshot).maxImages();
    }

    /// Scores media.
    ///
    /// @param partition of the task, which calls [#release] when it has no more media
    /// @param vectors   at most [#most]
    List<ImageTags> tag(int partition, TaggerSnapshot snapshot, List<Embedding> vectors) {
        return of(partition, snapshot).tag(vectors);
    }

    private BatchTagger of(int partition, TaggerSnapshot snapshot) {
        partitions.add(partition);
        BatchTagger current = scorer;
        if (current == null || current.snapshot() != snapshot) {
            close();
            current = new BatchTagger(snapshot);
            scorer = current;
        }
        return current;
    }

    /// Notes that a task has no more media. The last one frees the memory.
    void release(int partition) {
        partitions.remove(partition);
        if (partitions.isEmpty()) {
            close();
        }
    }

    private void close() {
        if (scorer != null) {
            scorer.close();
            scorer = null;
        }
    }
}
