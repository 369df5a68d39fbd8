package dev.clipstream.topology.topic;

import dev.clipstream.topology.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The records of one stream thread whose outputs or rejections a topic refused.
///
/// A broker refuses a record after it was sent. Under exactly-once, its transaction is lost then, and all of its input
/// is processed again. [OutputSender] notes the input of the refused record here, so that the second attempt rejects it
/// instead of sending the same output again.
///
/// There is one instance for each stream thread; [#ofThisThread()] returns it. The callbacks of the producer, which run
/// on its own thread, note refusals; everything else happens on the stream thread.
public final class Refusals {
    private static final ThreadLocal<Refusals> OF_THREAD = ThreadLocal.withInitial(Refusals::new);

    /// Far more than a thread has in flight. A forgotten refusal costs one more attempt.
    private static final int MOST = 10_000;

    private final Map<Position, Refused> refused = new LinkedHashMap<>();
    private @Nullable Origin sending;

    /// The input of what is being forwarded.
    ///
    /// @param input     the partition whose committed offset covers it
    /// @param rejection whether it is a rejection; otherwise an output
    record Origin(Position position, TopicPartition input, boolean rejection) {}

    /// What was refused of a record.
    ///
    /// @param output     why its output was refused; null: it was not
    /// @param rejections how often its rejection was refused
    private record Refused(@Nullable String output, int rejections) {}

    /// Returns the instance of the calling thread.
    public static Refusals ofThisThread() {
        return OF_THREAD.get();
    }

    /// Forwards the output of a record; what is sent meanwhile is attributed to the record.
    public void forward(Position source, Runnable forward) {
        forward(source, source.partition(), forward);
    }

    /// Forwards an output of what a task has stored; what is sent meanwhile is attributed to it.
    ///
    /// @param source names it
    /// @param input  the partition whose committed offset covers the output
    public void forward(Position source, TopicPartition input, Runnable forward) {
        attribute(new Origin(source, input, false), forward);
    }

    /// Forwards the rejection of a record; what is sent meanwhile is attributed to the record.
    public void forwardRejection(Position source, Runnable forward) {
        Origin outer = sending;
        attribute(new Origin(source, outer == null ? source.partition() : outer.input(), true), forward);
    }

    private void attribute(Origin origin, Runnable forward) {
        Origin outer = sending;
        sending = origin;
        try {
            forward.run();
        } finally {
            sending = outer;
        }
    }

    /// Returns why the output of a record was refused; empty: it was not.
    public synchronized Optional<String> ofOutput(Position source) {
        Refused known = refused.get(source);
        return known == null ? Optional.empty() : Optional.ofNullable(known.output());
    }

    /// Returns how often the rejection of a record was refused.
    public synchronized int ofRejection(Position source) {
        Refused known = refused.get(source);
        return known == null ? 0 : known.rejections();
    }

    /// Returns the input of what the calling thread is forwarding; null: it forwards nothing.
    @Nullable
    Origin sending() {
        return sending;
    }

    synchronized void add(Origin origin, String reason) {
        Refused known = refused.getOrDefault(origin.position(), new Refused(null, 0));
        refused.put(
                origin.position(),
                origin.rejection()
                        ? new Refused(known.output(), known.rejections() + 1)
                        : new Refused(reason, known.rejections()));
        if (refused.size() > MOST) {
            refused.remove(refused.keySet().iterator().next());
        }
    }
}
