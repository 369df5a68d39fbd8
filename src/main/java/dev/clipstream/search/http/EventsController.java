package dev.clipstream.search.http;

import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.http.MediaEvents.MediaEvent;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale.LanguageRange;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Streams tagged and rejected media, and matches of standing queries, as server-sent events.
///
/// Disconnects clients that do not keep up; browsers reconnect automatically.
@RestController
public final class EventsController implements ApplicationListener<ContextClosedEvent> {
    /// The path of the endless response.
    public static final String PATH = "/v1/events";

    /// The largest number of connections, each of which has a virtual thread.
    private static final int MAX_CLIENTS = 100;

    /// The largest number of events that a client can be behind.
    private static final int MAX_PENDING = 1000;

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final long NO_TIMEOUT = 0;

    private final MediaEvents events;
    private final Optional<LiveLookups> lookups;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /// @param lookups knows the names of labels; empty if this instance has no index: tags keep their names then
    public EventsController(MediaEvents events, Optional<LiveLookups> lookups) {
        this.events = events;
        this.lookups = lookups;
    }

    @GetMapping(path = PATH, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    synchronized SseEmitter listen(HttpServletRequest request) {
        ParameterFields fields = ParameterFields.of(request);
        List<LanguageRange> languages = QueryReader.languages(fields);
        fields.requireAllRead();
        if (closed || clients.size() >= MAX_CLIENTS) {
            throw new SearchException(
                    Kind.UNAVAILABLE,
                    "a running instance with fewer than " + MAX_CLIENTS + " event clients",
                    closed ? "one that is stopping" : MAX_CLIENTS + " clients",
                    "try again later, or use another instance");
        }
        SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
        Client client = new Client(emitter, languages);
        clients.add(client);
        client.start();
        return emitter;
    }

    /// A connection with its own writer thread.
    private final class Client {
        private final SseEmitter emitter;
        private final BlockingQueue<MediaEvent> pending = new ArrayBlockingQueue<>(MAX_PENDING);
        private final List<LanguageRange> languages;
        private final Thread thread;
        private volatile boolean behind;

        private Client(SseEmitter emitter, List<LanguageRange> languages) {
            this.emitter = emitter;
            this.languages = languages;
            this.thread = Thread.ofVirtual().name("events").unstarted(this::run);
            emitter.onCompletion(thread::interrupt);
            emitter.onError(failure -> thread.interrupt());
        }

        private void start() {
            thread.start();
        }

        private void take(MediaEvent event) {
            if (!pending.offer(event)) {
                behind = true;
                thread.interrupt();
            }
        }

        private void run() {
            try (MediaEvents.Listening _ = events.listen(this::take)) {
                emitter.send(SseEmitter.event().comment("listening").reconnectTime(HEARTBEAT.toMillis() / 5));
                while (!behind) {
                    MediaEvent event = pending.poll(HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
                    emitter.send(
                            event == null
                                    ? SseEmitter.event().comment("still here")
                                    : SseEmitter.event().name(event.kind()).data(named(event)));
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

        private Map<String, @Nullable Object> named(MediaEvent event) {
            return lookups.isEmpty() || languages.isEmpty()
                    ? event.data()
                    : lookups.get().last().labelling().names().in(languages, event.data());
        }

        private void end() {
            thread.interrupt();
        }
    }

    /// Ends all connections before the web server waits for running requests.
    @Override
    public synchronized void onApplicationEvent(ContextClosedEvent stopping) {
        closed = true;
        clients.forEach(Client::end);
    }
}
