package dev.clipstream.clip.batch;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The places of the images that wait for a device or are prepared for it.
///
/// Each urgency has places of its own, so that live images find some however many of a back-fill wait. A place is taken
/// before its image is submitted and returned when the image leaves for a device. Safe for use by many threads.
final class Places {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final Map<Urgency, Integer> taken = new EnumMap<>(Urgency.class);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private boolean ended;

    /// @param most for each urgency, at least 1
    Places(int most) {
        this.most = most;
    }

    /// Runs an action after places were returned, on the thread that returns them.
    void listen(Runnable action) {
        listeners.add(action);
    }

    /// Takes a place. Returns whether there was one.
    boolean tryTake(Urgency urgency) {
        lock.lock();
        try {
            if (isFull(urgency)) {
                return false;
            }
            taken.merge(urgency, 1, Integer::sum);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes a place; waits until there is one, and ignores interrupts meanwhile.
    void take(Urgency urgency) {
        lock.lock();
        try {
            while (isFull(urgency)) {
                returned.awaitUninterruptibly();
            }
            taken.merge(urgency, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    /// Returns places.
    void giveBack(Urgency urgency, int places) {
        if (places == 0) {
            return;
        }
        lock.lock();
        try {
            taken.merge(urgency, -places, Integer::sum);
            returned.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
    }

    /// Ends the limit: nobody waits any more, since the devices refuse what comes.
    void end() {
        lock.lock();
        try {
            ended = true;
            returned.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
    }

    private boolean isFull(Urgency urgency) {
        return !ended && taken.getOrDefault(urgency, 0) >= most;
    }
}
