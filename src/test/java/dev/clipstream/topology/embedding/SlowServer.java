package dev.clipstream.topology.embedding;

import dev.clipstream.fetch.LoopbackServer;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Two web servers: one answers each request late, the other keeps its clients waiting until it is released. They have
/// addresses of their own, so that one cannot give the other a bad name.
final class SlowServer implements AutoCloseable {
    private static final Pattern LATE = Pattern.compile("GET /(?<millis>\\d+) .*", Pattern.DOTALL);

    private final byte[] image = TestImages.jpeg(Color.GREEN);
    private final CountDownLatch released = new CountDownLatch(1);
    private final ServerSocket lateSocket = bind("127.0.0.2");
    private final ServerSocket silentSocket = bind("127.0.0.3");
    private final LoopbackServer late = new LoopbackServer(lateSocket, this::answerLate);
    private final LoopbackServer silent = new LoopbackServer(silentSocket, this::answerWhenReleased);

    SlowServer() throws IOException {}

    private static ServerSocket bind(String address) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 1_000);
        return socket;
    }

    /// Returns a URI whose image comes after a time.
    String late(int millis) {
        return uri(lateSocket) + millis;
    }

    /// Returns a URI that has no answer until the release, and is not found then.
    String silent() {
        return uri(silentSocket) + "silent";
    }

    private static String uri(ServerSocket socket) {
        return "http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort() + "/";
    }

    /// Lets the silent server answer what was and what will be asked.
    void release() {
        released.countDown();
    }

    private void answerLate(String request, int count, OutputStream out) throws IOException, InterruptedException {
        Matcher wanted = LATE.matcher(request);
        if (!wanted.matches()) {
            LoopbackServer.status(400).to(request, count, out);
            return;
        }
        TimeUnit.MILLISECONDS.sleep(Integer.parseInt(wanted.group("millis")));
        LoopbackServer.content(image).to(request, count, out);
    }

    private void answerWhenReleased(String request, int count, OutputStream out)
            throws IOException, InterruptedException {
        released.await();
        LoopbackServer.status(404).to(request, count, out);
    }

    @Override
    public void close() {
        release();
        late.close();
        silent.close();
    }
}
