package dev.clipstream.clip.hub.http;

import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.util.Optional;

/// Thrown when a server answers with a status that is no success.
public final class StatusException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String serversMessage;
    private final String host;

    /// @param code           the header `X-Error-Code`, cleaned; empty if missing
    /// @param serversMessage the header `X-Error-Message`, cleaned; empty if missing
    StatusException(int status, String code, String serversMessage, URI uri) {
        super("HTTP status " + status
                + (code.isEmpty() ? "" : " (" + code + ")")
                + " from " + uri.getHost()
                + (serversMessage.isEmpty() ? "" : ": " + serversMessage));
        this.status = status;
        this.code = code;
        this.serversMessage = serversMessage;
        this.host = String.valueOf(uri.getHost());
    }

    /// Returns the HTTP status.
    public int status() {
        return status;
    }

    /// Returns the hub's code of the failure, such as `GatedRepo`; empty if it gives none.
    public String code() {
        return code;
    }

    /// Returns whether the repository does not exist, or is hidden from those who ask without the right token.
    public boolean isMissing() {
        return code.equals("RepoNotFound") || (code.isEmpty() && (status == 401 || status == 404));
    }

    /// Returns whether the repository exists without the branch, tag or commit that was asked for.
    public boolean isUnknownRevision() {
        return code.equals("RevisionNotFound");
    }

    /// Returns what the server says about the failure, on one line; empty if it says nothing.
    public Optional<String> serversMessage() {
        return serversMessage.isEmpty() ? Optional.empty() : Optional.of(serversMessage);
    }

    /// Returns the name of the server.
    public String host() {
        return host;
    }
}
