package dev.clipstream.clip.hub.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// A proxy that tunnels `CONNECT` requests, for those who know its password.
final class TunnelProxy implements AutoCloseable {
    private final ServerSocket server;
    private final String credentials;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /// @param credentials value of `Proxy-Authorization`; empty: none are wanted
    TunnelProxy(String credentials) throws IOException {
        this.credentials = credentials;
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    List<String> requests() {
        return requests;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            while (true) {
                String request = head(client.getInputStream());
                if (request.isEmpty()) {
                    return;
                }
                requests.add(request);
                boolean known = credentials.isEmpty()
                        || request.toLowerCase(Locale.ROOT)
                                .contains("proxy-authorization: " + credentials.toLowerCase(Locale.ROOT));
                if (known) {
                    tunnel(client, request.split("[ :]", 4));
                    return;
                }
                client.getOutputStream()
                        .write("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException gone) {
            // the client has what it wanted
        }
    }

    private static void tunnel(Socket client, String[] line) throws IOException {
        try (Socket target = new Socket(InetAddress.ofLiteral(line[1]), Integer.parseInt(line[2]))) {
            client.getOutputStream().write("HTTP/1.1 200 Go\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread.ofVirtual().start(() -> copy(target, client));
            client.getInputStream().transferTo(target.getOutputStream());
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException gone) {
            // one side has ended
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int read = in.read(); read >= 0; read = in.read()) {
            head.append((char) read);
            if (head.toString().endsWith("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
