package dev.clipstream.clip.hub;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Notes what a pull says.
final class Pulled implements PullObserver {
    private final List<Announcement> announced = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final AtomicLong received = new AtomicLong();

    @Override
    public void announced(Announcement announcement) {
        announced.add(announcement);
    }

    @Override
    public void received(long bytes) {
        received.addAndGet(bytes);
    }

    @Override
    public void finished() {
        // the caller knows
    }

    @Override
    public void warned(String message) {
        warnings.add(message);
    }

    List<Announcement> announcements() {
        return announced;
    }

    List<String> warnings() {
        return warnings;
    }

    long received() {
        return received.get();
    }
}
