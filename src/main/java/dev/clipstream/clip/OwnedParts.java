package dev.clipstream.clip;

import java.util.ArrayList;
import java.util.List;

/// Resources that belong together: added as they are opened, closed in the opposite order.
///
/// A failure to close one of them is logged, and the others are closed. Used by one thread.
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
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "Cannot close " + part, e);
            }
        }
        parts.clear();
    }
}
