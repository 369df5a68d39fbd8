package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.http.MediaEvents.MediaEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Media as they are tagged or rejected, as server-sent events. A client that does not keep up is dropped; its browser
/// comes again by itself.
@RestController
public final class EventsController implements ApplicationListener<ContextClosedEvent> {
    /// Connections, each with a thread that waits.
    private static final int MOST_CLIENTS = 100;

    /// Events that a client may be behind.
    private static final int MOST_WAITING = 1000;

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final long NO_END = 0;

    private final MediaEvents events;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private boolean closed;

    public EventsController(MediaEvents events) {
        this.events = events;
    }

    @GetMapping(path = "/v1/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    synchronized SseEmitter listen() {
        if (closed || clients.size() >= MOST_CLIENTS) {
            throw new SearchException(
                    Kind.UNAVAILABLE,
                    "at most " + MOST_CLIENTS + " listeners of a running instance",
                    closed ? "that it is stopping" : "as many",
                    "try again later, or ask another instance");
        }
        SseEmitter emitter = new SseEmitter(NO_END);
        Client client = new Client(emitter);
        clients.add(client);
        client.start();
        return emitter;
    }

    /// One connection, written to by a thread of its own.
    private final class Client {
        private final SseEmitter emitter;
        private final BlockingQueue<MediaEvent> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
        private final Thread thread;
        private volatile boolean behind;

        private Client(SseEmitter emitter) {
            this.emitter = emitter;
            this.thread = Thread.ofVirtual().name("events").unstarted(this::run);
            emitter.onCompletion(thread::interrupt);
            emitter.onError(failure -> thread.interrupt());
        }

        private void start() {
            thread.start();
        }

        private void take(MediaEvent event) {
            if (!waiting.offer(event)) {
                behind = true;
                thread.interrupt();
            }
        }

        private void run() {
            try (MediaEvents.Listening _ = events.listen(this::take)) {
                emitter.send(SseEmitter.event().comment("listening").reconnectTime(HEARTBEAT.toMillis() / 5));
                while (!behind) {
                    MediaEvent event = waiting.poll(HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
                    emitter.send(
                            event == null
                                    ? SseEmitter.event().comment("still here")
                                    : SseEmitter.event().name(event.kind()).data(event.data()));
                }
                emitter.complete();
            } catch (InterruptedException e) {
                emitter.complete();
            } catch (IOException | IllegalStateException gone) {
                emitter.completeWithError(gone);
            } finally {
                clients.remove(this);
            }
        }

        private void end() {
            thread.interrupt();
        }
    }

    /// Ends every connection before the web server waits for the requests that run.
    @Override
    public synchronized void onApplicationEvent(ContextClosedEvent stopping) {
        closed = true;
        clients.forEach(Client::end);
    }
}
