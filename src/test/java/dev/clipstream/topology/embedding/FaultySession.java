package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real session on a faulty device.
final class FaultySession implements ImageSession {

    /// The fault, which happens before the real session runs.
    interface Fault {
        void before(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException;
    }

    private final ImageSession session;
    private final Fault fault;

    FaultySession(ImageSession session, Fault fault) {
        this.session = session;
        this.fault = fault;
    }

    /// Returns a session that takes a fixed time for every run.
    static ImageSession slow(ImageSession session, long millisPerRun) {
        return new FaultySession(session, batch -> {
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
        fault.before(batch);
        return session.run(batch);
    }

    @Override
    public void close() {
        session.close();
    }
}
