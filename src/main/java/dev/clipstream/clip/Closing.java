package dev.clipstream.clip;

import java.util.List;

/// Closes what a model owns, whatever one of its parts says to that.
final class Closing {
    private static final System.Logger LOG = System.getLogger(Closing.class.getName());

    private Closing() {}

    /// Closes all in order; a failure is logged and the rest is closed.
    static void all(List<? extends AutoCloseable> parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "Cannot close " + part, e);
            }
        }
    }
}
