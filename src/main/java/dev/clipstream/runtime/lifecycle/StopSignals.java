package dev.clipstream.runtime.lifecycle;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the process in order when it is asked to (SIGTERM, SIGINT from Ctrl-C, SIGHUP of a closed terminal).
///
/// Not a shutdown hook, since all hooks run at once: ONNX Runtime's own frees its environment while a batch that the
/// drain waits for still runs, and the process dies of a segmentation fault. Here the drain comes first, and the hooks
/// after it. A second signal ends the process at once.
public final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    /// What a shell adds to the number of the signal that ended a process.
    private static final int SIGNALLED = 128;

    private StopSignals() {}

    /// Takes the signals; what was asked for before holds no more.
    ///
    /// @param limit how long `stop` may take before the process ends without it
    /// @param stop  drains and closes; runs once, on a thread of its own. The process then exits with 128 and the
    ///              number of the signal
    public static void onStop(Duration limit, Runnable stop) {
        try {
            takeAll(
                    limit,
                    exitCode -> Thread.ofPlatform().name("stop").start(() -> {
                        try {
                            stop.run();
                        } finally {
                            System.exit(exitCode);
                        }
                    }));
        } catch (ReflectiveOperationException e) {
            LOG.warn("This JVM tells of no signals: it stops by shutdown hook, which may end in a crash", e);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(stop));
        }
    }

    /// Takes the signals likewise, for work that ends by itself once it knows: the process is ended only if it is still
    /// there after the limit.
    ///
    /// @param asked hears once with the exit code to end with: 128 and the number of the signal
    public static void whenAsked(Duration limit, IntConsumer asked) {
        try {
            takeAll(limit, asked);
        } catch (ReflectiveOperationException e) {
            LOG.warn("This JVM tells of no signals: asked to stop, it ends at once", e);
        }
    }

    /// Ends the process after a time, whatever then still hangs, such as a device that no longer answers.
    ///
    /// @param limit    the time
    /// @param exitCode of the process
    public static void haltAfter(Duration limit, int exitCode) {
        Thread.ofPlatform().daemon().name("halt").start(() -> {
            try {
                Thread.sleep(limit);
            } catch (InterruptedException e) {
                return;
            }
            LOG.error("Still not closed after {}: the process ends as it is", limit);
            Runtime.getRuntime().halt(exitCode);
        });
    }

    /// @param first hears of the first signal
    private static void takeAll(Duration limit, IntConsumer first) throws ReflectiveOperationException {
        AtomicBoolean stopping = new AtomicBoolean();
        for (Map.Entry<String, Integer> signal : SIGNALS.entrySet()) {
            int exitCode = SIGNALLED + signal.getValue();
            take(signal.getKey(), () -> {
                if (!stopping.compareAndSet(false, true)) {
                    Runtime.getRuntime().halt(exitCode);
                }
                haltAfter(limit, exitCode);
                first.accept(exitCode);
            });
        }
    }

    /// By reflection on `sun.misc.Signal` (module jdk.unsupported), the only way that the JDK has: the
    /// compiler's warning of it cannot be silenced.
    private static void take(String name, Runnable action) throws ReflectiveOperationException {
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
