package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real session on a device with a trouble.
final class TroubledSession implements ImageSession {

    /// What goes wrong before the real session runs.
    interface Trouble {
        void before(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException;
    }

    private final ImageSession session;
    private final Trouble trouble;

    TroubledSession(ImageSession session, Trouble trouble) {
        this.session = session;
        this.trouble = trouble;
    }

    /// A device that takes its time for every run.
    static ImageSession slow(ImageSession session, long millisPerRun) {
        return new TroubledSession(session, batch -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisPerRun);
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        });
    }

    @Override
    public String device() {
        return session.device();
    }

    @Override
    public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException {
        trouble.before(batch);
        return session.run(batch);
    }

    @Override
    public void close() {
        session.close();
    }
}
