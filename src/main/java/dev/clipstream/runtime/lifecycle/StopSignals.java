package dev.clipstream.runtime.lifecycle;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops the process in order on SIGTERM, SIGINT (Ctrl-C) and SIGHUP (a closed terminal).
///
/// A shutdown hook would not do, because all hooks run at the same time: the hook of ONNX Runtime frees its environment
/// while the drain still waits for a batch, and the process crashes with a segmentation fault. Here the drain comes
/// first and the hooks after it. A second signal ends the process at once.
public final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    /// Offset that shells add to the number of the signal that ended a process.
    private static final int SIGNALLED = 128;

    private StopSignals() {}

    /// Handles the signals. Replaces the handlers of earlier calls.
    ///
    /// @param limit how long `stop` may take before the process is ended
    /// @param stop  drains and closes; runs once, on a thread of its own. The process then exits with 128 plus the number
    ///              of the signal
    public static void onStop(Duration limit, Runnable stop) {
        try {
            handleAll(
                    limit,
                    exitCode -> Thread.ofPlatform().name("stop").start(() -> {
                        try {
                            stop.run();
                        } finally {
                            System.exit(exitCode);
                        }
                    }));
        } catch (ReflectiveOperationException e) {
            LOG.warn(
                    "This JVM does not support signal handlers; the process stops by a shutdown hook, which may crash",
                    e);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(stop));
        }
    }

    /// Handles the signals for work that ends on its own after a notice. The process is ended only if it still runs after
    /// the limit. Replaces the handlers of earlier calls.
    ///
    /// @param notice called once, with the exit code to end with: 128 plus the number of the signal
    public static void onSignal(Duration limit, IntConsumer notice) {
        try {
            handleAll(limit, notice);
        } catch (ReflectiveOperationException e) {
            LOG.warn("This JVM does not support signal handlers; a signal ends the process at once", e);
        }
    }

    /// Ends the process after a time, even if something hangs, such as a device that no longer answers.
    ///
    /// @param limit    time until then
    /// @param exitCode exit code of the process
    public static void haltAfter(Duration limit, int exitCode) {
        Thread.ofPlatform().daemon().name("halt").start(() -> {
            try {
                Thread.sleep(limit);
            } catch (InterruptedException e) {
                return;
            }
            LOG.error("Still not closed after {}: ending the process", limit);
            Runtime.getRuntime().halt(exitCode);
        });
    }

    /// @param first called with the exit code at the first signal
    private static void handleAll(Duration limit, IntConsumer first) throws ReflectiveOperationException {
        AtomicBoolean stopping = new AtomicBoolean();
        for (Map.Entry<String, Integer> signal : SIGNALS.entrySet()) {
            int exitCode = SIGNALLED + signal.getValue();
            handle(signal.getKey(), () -> {
                if (!stopping.compareAndSet(false, true)) {
                    Runtime.getRuntime().halt(exitCode);
                }
                haltAfter(limit, exitCode);
                first.accept(exitCode);
            });
        }
    }

    /// Uses reflection on `sun.misc.Signal` (module jdk.unsupported), the JDK's only API for signals, because the
    /// compiler's warning about it cannot be suppressed.
    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(
                StopSignals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                        return null;
                    }
                    return method.invoke(action, arguments); // equals, hashCode, toString
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
}
