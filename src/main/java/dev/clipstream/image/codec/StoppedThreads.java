package dev.clipstream.image.codec;

import java.util.ArrayDeque;
import java.util.Deque;

/// What happens to the work of a thread that an error of libjpeg stops for good, because Java cannot leave its call.
///
/// Each thread registers its own remedies, which run on it before it stops, the latest first. If none of them takes its
/// work over, somebody would wait for it forever, so the process ends.
public final class StoppedThreads {
    private static final ThreadLocal<Deque<Remedy>> REMEDIES = ThreadLocal.withInitial(ArrayDeque::new);

    private StoppedThreads() {}

    /// A registered remedy. Closing it, on the same thread, in the reverse order, removes it.
    public static final class Remedy implements AutoCloseable {
        private final Runnable action;
        private final boolean takesOver;

        private Remedy(Runnable action, boolean takesOver) {
            this.action = action;
            this.takesOver = takesOver;
            REMEDIES.get().push(this);
        }

        @Override
        public void close() {
            REMEDIES.get().pop();
        }
    }

    /// Registers an action that gives back what the calling thread holds.
    public static Remedy release(Runnable action) {
        return new Remedy(action, false);
    }

    /// Registers an action that has another thread do the work of the calling one.
    public static Remedy takeOver(Runnable action) {
        return new Remedy(action, true);
    }

    /// Runs the remedies of the calling thread. Returns whether one of them takes its work over.
    static boolean remedy() {
        boolean takenOver = false;
        for (Remedy remedy : REMEDIES.get()) {
            remedy.action.run();
            takenOver |= remedy.takesOver;
        }
        return takenOver;
    }
}
