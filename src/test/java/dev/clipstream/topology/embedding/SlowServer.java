package dev.clipstream.topology.embedding;

import dev.clipstream.fetch.LoopbackServer;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A web server that answers some requests late, and others only when it is released.
final class SlowServer implements AutoCloseable {
    private static final Pattern LATE = Pattern.compile("GET /late/(?<millis>\\d+) .*", Pattern.DOTALL);

    private final byte[] image = TestImages.jpeg(Color.GREEN);
    private final CountDownLatch released = new CountDownLatch(1);
    private final LoopbackServer server = LoopbackServer.start(this::answer);

    SlowServer() throws IOException {}

    /// Returns a URI whose image comes after a time.
    String late(int millis) {
        return server.uri("/late/" + millis);
    }

    /// Returns a URI that has no answer until the release, and is not found then.
    String silent() {
        return server.uri("/silent");
    }

    /// Answers what was and what will be asked.
    void release() {
        released.countDown();
    }

    private void answer(String request, int count, OutputStream out) throws IOException, InterruptedException {
        Matcher late = LATE.matcher(request);
        if (late.matches()) {
            TimeUnit.MILLISECONDS.sleep(Integer.parseInt(late.group("millis")));
            LoopbackServer.content(image).to(request, count, out);
        } else {
            released.await();
            LoopbackServer.status(404).to(request, count, out);
        }
    }

    @Override
    public void close() {
        release();
        server.close();
    }
}
