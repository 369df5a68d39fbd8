package dev.clipstream.fetch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A web server on a loopback address that sends exactly the bytes that a test gives it, and counts them.
///
/// Serves each connection on a virtual thread, request after request as long as the answers allow it.
public final class LoopbackServer implements AutoCloseable {
    private final ServerSocket server;
    private final Answer answer;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();

    /// Writes the response to a request.
    @FunctionalInterface
    public interface Answer {
        /// @param request request line and headers, each on a line
        /// @param count   number of requests so far, from 1
        /// @param out     counted; closing it closes the connection
        void to(String request, int count, OutputStream out) throws IOException, InterruptedException;
    }

    public LoopbackServer(ServerSocket server, Answer answer) {
        this.server = server;
        this.answer = answer;
        Thread.ofVirtual().start(this::accept);
    }

    public static LoopbackServer start(Answer answer) throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        return new LoopbackServer(server, answer);
    }

    public static Answer status(int status, String... headers) {
        return (request, count, out) -> write(
                out,
                "HTTP/1.1 " + status + " Said\r\nContent-Length: 0\r\n"
                        + String.join(
                                "",
                                List.of(headers).stream()
                                        .map(header -> header + "\r\n")
                                        .toList())
                        + "\r\n");
    }

    public static Answer content(byte[] content) {
        return (request, count, out) -> {
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + content.length + "\r\n\r\n");
            out.write(content);
        };
    }

    public static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    public int port() {
        return server.getLocalPort();
    }

    public String uri(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    public int connections() {
        return connections.get();
    }

    public long sent() {
        return sent.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                StringBuilder request = new StringBuilder(line);
                for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                    request.append('\n').append(header);
                }
                requests.add(request.toString());
                answer.to(request.toString(), requests.size(), new Counted(socket));
                if (socket.isClosed()) {
                    return;
                }
            }
        } catch (IOException gone) {
            // the client disconnected, which some tests expect
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }

    private final class Counted extends OutputStream {
        private final Socket socket;

        Counted(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            socket.getOutputStream().write(bytes, from, length);
            sent.addAndGet(length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
