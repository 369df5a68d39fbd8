package dev.clipstream.bench.neighbours;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.clipstream.bench.BenchmarkException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Servers of this machine that behave as a stranger's may: they serve images, refuse connections, or never answer.
/// Each has a loopback address of its own where the system has more than one, and a port of its own elsewhere. Owns the
/// servers; used by one thread.
final class LoopbackHosts implements AutoCloseable {
    /// The addresses of all servers, for `fetch.allowed-networks`.
    static final String NETWORK = "127.0.0.0/8";

    private static final int HOSTS_OF_A_NETWORK = 250;
    private static final int WAITING_CONNECTIONS = 1024;

    private final Deque<Closeable> open = new ArrayDeque<>();
    private int last;

    /// Starts a server of images.
    ///
    /// @param pictures encoded images; their index is the path
    /// @return its URI, to which the index is appended
    /// @throws BenchmarkException if it does not start
    String serving(List<byte[]> pictures) throws BenchmarkException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpServer server = bound(address -> HttpServer.create(address, WAITING_CONNECTIONS));
        server.createContext("/", exchange -> serve(exchange, pictures));
        server.setExecutor(threads);
        server.start();
        open.push(() -> {
            server.stop(0);
            threads.shutdownNow();
        });
        return uri(server.getAddress());
    }

    private static void serve(HttpExchange exchange, List<byte[]> pictures) throws IOException {
        try (exchange) {
            int index = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
            byte[] picture = pictures.get(index);
            exchange.sendResponseHeaders(200, picture.length);
            exchange.getResponseBody().write(picture);
        }
    }

    /// Starts a server that accepts every connection and never answers.
    ///
    /// @return its URI
    /// @throws BenchmarkException if it does not start
    String silent() throws BenchmarkException {
        ServerSocket server = bound(address -> {
            ServerSocket socket = new ServerSocket();
            socket.bind(address, WAITING_CONNECTIONS);
            return socket;
        });
        ConcurrentLinkedQueue<Socket> accepted = new ConcurrentLinkedQueue<>();
        Thread.ofVirtual().name("silent-host").start(() -> accept(server, accepted));
        open.push(() -> {
            server.close();
            for (Socket socket : accepted) {
                socket.close();
            }
        });
        return uri(server.getLocalSocketAddress());
    }

    private static void accept(ServerSocket server, ConcurrentLinkedQueue<Socket> accepted) {
        try {
            while (!server.isClosed()) {
                accepted.add(server.accept());
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException("Expected to accept a connection, found " + e, e);
            }
        }
    }

    /// Reserves an address that refuses every connection.
    ///
    /// @return its URI
    /// @throws BenchmarkException if there is no free address
    String refusing() throws BenchmarkException {
        Socket bound = bound(address -> {
            Socket socket = new Socket();
            socket.bind(address); // and does not listen
            return socket;
        });
        open.push(bound);
        return uri(bound.getLocalSocketAddress());
    }

    /// Binds to an address.
    @FunctionalInterface
    private interface Binding<T> {
        T to(InetSocketAddress address) throws IOException;
    }

    private <T> T bound(Binding<T> binding) throws BenchmarkException {
        last++;
        try {
            try {
                return binding.to(address(last));
            } catch (BindException onlyOneAddress) {
                return binding.to(address(0));
            }
        } catch (IOException e) {
            throw new BenchmarkException("Expected a free port on a loopback address, found: " + e.getMessage(), e);
        }
    }

    private static InetSocketAddress address(int number) throws IOException {
        byte[] address = {127, 0, (byte) (number / HOSTS_OF_A_NETWORK), (byte) (1 + number % HOSTS_OF_A_NETWORK)};
        return new InetSocketAddress(InetAddress.getByAddress(address), 0);
    }

    private static String uri(Object address) {
        InetSocketAddress bound = (InetSocketAddress) address;
        return "http://" + bound.getAddress().getHostAddress() + ":" + bound.getPort() + "/";
    }

    @Override
    public void close() {
        for (Closeable server : open) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException("Expected to close a server, found " + e, e);
            }
        }
    }
}
