package dev.clipstream.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which of the process's threads used the processor: where the time goes.
///
/// Made and read by the thread that consumes the pipeline's output; threads that end meanwhile, and those that Java
/// does not list (compiler, garbage collector, native), are the group [#UNLISTED].
final class CpuShares {
    /// What the process used and none of Java's threads.
    static final String UNLISTED = "JIT compiler, GC and native threads";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String BENCH = "bench (producer and consumer)";

    private static final List<String> BROKER =
            List.of("kafka-", "raft", "Log", "log-", "quorum", "broker", "group-coordinator", "transaction", "Reaper-");

    private final long consumer = Thread.currentThread().threadId();
    private final Map<Long, Long> before = new HashMap<>();
    private final long processBefore = processNanos();

    CpuShares() {
        for (long thread : THREADS.getAllThreadIds()) {
            before.put(thread, Math.max(THREADS.getThreadCpuTime(thread), 0));
        }
    }

    /// CPU seconds of the whole process since this was made.
    double total() {
        return (processNanos() - processBefore) / 1e9;
    }

    /// CPU seconds by group of threads since this was made, most first.
    Map<String, Double> seconds() {
        Map<String, Long> nanos = nanosByGroup();
        long listed = nanos.values().stream().mapToLong(Long::longValue).sum();
        nanos.put(UNLISTED, processNanos() - processBefore - listed);
        Map<String, Double> seconds = new LinkedHashMap<>();
        nanos.entrySet().stream()
                .filter(group -> group.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(group -> seconds.put(group.getKey(), group.getValue() / 1e9));
        return seconds;
    }

    private static long processNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
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

    /// The group of a thread's name.
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
        if (BROKER.stream().anyMatch(thread::contains)) {
            return "broker";
        }
        return "other";
    }
}
