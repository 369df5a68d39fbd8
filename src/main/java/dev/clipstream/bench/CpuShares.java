package dev.clipstream.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// CPU time by group of threads of this process, and of the broker's process.
///
/// Created and read by the thread that consumes the pipeline's output. Threads that end in between, and those that
/// Java does not list (compiler, garbage collector, native), are in the group [#UNLISTED].
public final class CpuShares {
    /// CPU time of the process that belongs to no Java thread.
    public static final String UNLISTED = "JIT compiler, GC and native threads";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String BENCH = "bench (producer and consumer)";

    private static final String BROKER = "broker";

    private final @Nullable ProcessHandle broker;
    private final long consumer = Thread.currentThread().threadId();
    private final Map<Long, Long> before = new HashMap<>();
    private final long processBefore = nanos(ProcessHandle.current());
    private final long brokerBefore;

    /// Starts measuring.
    ///
    /// @param broker process of the broker; null without one
    public CpuShares(@Nullable ProcessHandle broker) {
        this.broker = broker;
        this.brokerBefore = brokerNanos();
        for (long thread : THREADS.getAllThreadIds()) {
            before.put(thread, Math.max(THREADS.getThreadCpuTime(thread), 0));
        }
    }

    /// Returns the CPU seconds of both processes since the start.
    public double total() {
        return (nanos(ProcessHandle.current()) - processBefore + brokerNanos() - brokerBefore) / 1e9;
    }

    /// Returns the CPU seconds by group of threads, and of the broker, since the start, in descending order.
    Map<String, Double> seconds() {
        Map<String, Long> nanos = nanosByGroup();
        long listed = nanos.values().stream().mapToLong(Long::longValue).sum();
        nanos.put(UNLISTED, nanos(ProcessHandle.current()) - processBefore - listed);
        nanos.put(BROKER, brokerNanos() - brokerBefore);
        Map<String, Double> seconds = new LinkedHashMap<>();
        nanos.entrySet().stream()
                .filter(group -> group.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(group -> seconds.put(group.getKey(), group.getValue() / 1e9));
        return seconds;
    }

    private long brokerNanos() {
        return broker == null ? 0 : nanos(broker);
    }

    private static long nanos(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private Map<String, Long> nanosByGroup() {
        Map<String, Long> nanos = new TreeMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null) {
                long used = THREADS.getThreadCpuTime(thread.getThreadId());
                String group = thread.getThreadId() == consumer ? BENCH : group(thread.getThreadName());
                nanos.merge(group, Math.max(used - before.getOrDefault(thread.getThreadId(), 0L), 0), Long::sum);
            }
        }
        return nanos;
    }

    /// Returns the group of a thread by its name.
    static String group(String thread) {
        if (thread.startsWith("bench") || thread.endsWith("| bench")) {
            return BENCH;
        }
        if (thread.startsWith("decode-")) {
            return "decode";
        }
        if (thread.startsWith("clip-batcher-")) {
            return "batch and model";
        }
        if (thread.startsWith("kafka-producer-network-thread")) {
            return "Kafka producers' network";
        }
        if (thread.startsWith("kafka-admin-client-thread") || thread.startsWith("kafka-coordinator-heartbeat-thread")) {
            return "Kafka clients, other";
        }
        if (thread.contains("StreamThread")) {
            return thread.contains("tagging") ? "stream: tagging" : "stream: embedding";
        }
        return "other";
    }
}
