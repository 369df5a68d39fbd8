package dev.clipstream.clip;

import java.util.ArrayList;
import java.util.List;

/// Resources that belong together: added as they are opened, closed in the opposite order.
///
/// A failure to close one of them is logged, and the others are closed. If closing is interrupted, the thread's
/// interrupt flag is set again. Used by one thread.
///
/// The pipeline has a similar class of its own: no package below both holds general code, and this one is a part of
/// the model's contract that is not meant for other resources.
public final class OwnedParts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OwnedParts.class.getName());

    private final List<AutoCloseable> parts = new ArrayList<>();

    /// Adds a resource.
    ///
    /// @return the resource
    public <T extends AutoCloseable> T add(T part) {
        parts.add(part);
        return part;
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts.reversed()) {
            try {
                part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "Cannot close " + part, e);
            }
        }
        parts.clear();
    }
}
