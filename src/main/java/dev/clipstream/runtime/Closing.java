package dev.clipstream.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closing what is no longer needed: a failure is told and does not keep the rest open.
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    static void quietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("Closing {} failed", resource, e);
        }
    }
}
