package dev.clipstream.runtime.kafka;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;

/// The few requests of the Kafka protocol that tell what a port speaks, in versions that every broker knows. Used on
/// one connection by one thread.
final class ProbeRequests {
    private static final int LONGEST_RESPONSE = 1 << 20;
    private static final byte TLS_ALERT = 21;
    private static final byte TLS_MAJOR_VERSION = 3;
    private static final int ERROR_AND_COUNT_BYTES = 6;

    /// What the other side of a connection speaks.
    enum Protocol {
        KAFKA,
        TLS,
        HTTP,
        /// It closed the connection without an answer.
        SILENT,
        OTHER
    }

    private final DataInputStream in;
    private final OutputStream out;

    ProbeRequests(Socket connection) throws IOException {
        this.in = new DataInputStream(connection.getInputStream());
        this.out = connection.getOutputStream();
    }

    /// Asks for the versions of the protocol, which a broker sends before it authenticates the client.
    Protocol versions() throws IOException {
        send(ApiKeys.API_VERSIONS, 0, new byte[0]);
        byte[] start = in.readNBytes(Integer.BYTES);
        if (start.length < Integer.BYTES) {
            return start.length > 1 && isTls(start) ? Protocol.TLS : Protocol.SILENT;
        }
        if (isTls(start)) {
            return Protocol.TLS;
        }
        if (new String(start, StandardCharsets.ISO_8859_1).equals("HTTP")) {
            return Protocol.HTTP;
        }
        int length = ByteBuffer.wrap(start).getInt();
        if (length < Integer.BYTES || length > LONGEST_RESPONSE) {
            return Protocol.OTHER;
        }
        in.readNBytes(length);
        return Protocol.KAFKA;
    }

    /// Returns whether the broker answers a client that has not authenticated with SASL.
    boolean answersWithoutSasl() throws IOException {
        byte[] noTopics = ByteBuffer.allocate(Integer.BYTES).putInt(0).array();
        send(ApiKeys.METADATA, 1, noTopics);
        try {
            response();
            return true;
        } catch (EOFException e) {
            return false;
        }
    }

    /// Returns the SASL mechanisms of the port; empty: it does not tell any.
    List<String> mechanisms() throws IOException {
        ByteArrayOutputStream none = new ByteArrayOutputStream();
        new DataOutputStream(none).writeUTF("none");
        send(ApiKeys.SASL_HANDSHAKE, 1, none.toByteArray());
        ByteBuffer response = response();
        List<String> mechanisms = new ArrayList<>();
        if (response.remaining() >= ERROR_AND_COUNT_BYTES) {
            response.getShort();
            for (int left = response.getInt(); left > 0; left--) {
                byte[] name = new byte[response.getShort()];
                response.get(name);
                mechanisms.add(new String(name, StandardCharsets.UTF_8));
            }
        }
        return mechanisms;
    }

    private static boolean isTls(byte[] start) {
        return start[0] == TLS_ALERT && start[1] == TLS_MAJOR_VERSION;
    }

    /// Writes a request at once: if the server closed the connection after its first bytes, the rest would fail, and
    /// what the server has answered would not be read.
    private void send(ApiKeys api, int version, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream request = new DataOutputStream(bytes);
        request.writeShort(api.id);
        request.writeShort(version);
        request.writeInt(1); // correlation id
        request.writeUTF("clipstream-probe");
        request.write(body);
        out.write(ByteBuffer.allocate(Integer.BYTES + bytes.size())
                .putInt(bytes.size())
                .put(bytes.toByteArray())
                .array());
        out.flush();
    }

    /// Returns what follows the correlation id.
    private ByteBuffer response() throws IOException {
        int length = in.readInt();
        if (length < Integer.BYTES || length > LONGEST_RESPONSE) {
            throw new IOException("Expected a response of Kafka, found one of " + length + " bytes");
        }
        byte[] response = new byte[length];
        in.readFully(response);
        return ByteBuffer.wrap(response).position(Integer.BYTES).slice();
    }
}
