package dev.clipstream.clip.hub.http;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.hub.environment.HubEnvironment;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The proxies of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.
///
/// The JDK gives a password to a proxy in front of https only if the system property
/// `jdk.http.auth.tunneling.disabledSchemes` is empty when its client is first used. The program sets it.
final class Proxies extends ProxySelector {
    private final Map<String, URI> proxies;
    private final List<String> direct;

    private Proxies(Map<String, URI> proxies, List<String> direct) {
        this.proxies = proxies;
        this.direct = direct;
    }

    /// Reads the environment. A proxy of another scheme than the hub's, which the hub is not asked through, may be one
    /// that is not supported.
    ///
    /// @throws ModelException if the address of the hub's proxy is not valid
    static Proxies of(HubEnvironment environment, URI hub) throws ModelException {
        String exempt = environment.first("no_proxy", "NO_PROXY").orElse("");
        List<String> direct = List.of(exempt.toLowerCase(Locale.ROOT).split("[,\\s]+"));
        Map<String, URI> proxies = new HashMap<>();
        for (String scheme : List.of("http", "https")) {
            String own = scheme + "_proxy";
            Optional<String> variable = Stream.of(own, own.toUpperCase(Locale.ROOT), "all_proxy", "ALL_PROXY")
                    .filter(name -> environment.first(name).isPresent())
                    .findFirst();
            Optional<URI> address = variable.flatMap(environment::first).flatMap(Proxies::address);
            if (address.isPresent()) {
                proxies.put(scheme, address.get());
            } else if (variable.isPresent() && scheme.equalsIgnoreCase(hub.getScheme()) && !isDirect(direct, hub)) {
                // without the value: it may hold a password
                throw new ModelException(
                        "http://[USER:PASSWORD@]HOST:PORT in " + variable.get(),
                        "another value",
                        "correct it, or add " + hub.getHost() + " to NO_PROXY");
            }
        }
        return new Proxies(proxies, direct);
    }

    private static Optional<URI> address(String given) {
        try {
            URI address = URI.create(given.contains("://") ? given : "http://" + given);
            return "http".equals(address.getScheme()) && address.getHost() != null
                    ? Optional.of(address)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Makes a client use these proxies, with the credentials in their addresses.
    void applyTo(HttpClient.Builder client) {
        client.proxy(this);
        boolean credentials = proxies.values().stream().anyMatch(proxy -> proxy.getRawUserInfo() != null);
        if (credentials) {
            client.authenticator(new Authenticator() {
                @Override
                protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                    return getRequestorType() == RequestorType.PROXY
                            ? credentials(getRequestingHost(), getRequestingPort())
                            : null;
                }
            });
        }
    }

    private @Nullable PasswordAuthentication credentials(String host, int port) {
        for (URI proxy : proxies.values()) {
            String user = proxy.getRawUserInfo();
            if (user != null && host.equalsIgnoreCase(proxy.getHost()) && port == port(proxy)) {
                String[] parts = user.split(":", 2);
                return new PasswordAuthentication(
                        decode(parts[0]),
                        parts.length < 2 ? new char[0] : decode(parts[1]).toCharArray());
            }
        }
        return null;
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static int port(URI proxy) {
        return proxy.getPort() > 0 ? proxy.getPort() : 80;
    }

    @Override
    public List<Proxy> select(URI uri) {
        URI proxy = proxies.get(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT));
        return List.of(
                proxy == null || isDirect(direct, uri)
                        ? Proxy.NO_PROXY
                        : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy))));
    }

    private static boolean isDirect(List<String> direct, URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        return direct.stream()
                .map(entry -> entry.replaceFirst("^\\*?\\.", ""))
                .anyMatch(entry -> entry.equals("*")
                        || (!entry.isEmpty()
                                && (host.equals(entry)
                                        || host.endsWith("." + entry)
                                        || (host + ":" + uri.getPort()).equals(entry))));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // the request fails and says so
    }
}
