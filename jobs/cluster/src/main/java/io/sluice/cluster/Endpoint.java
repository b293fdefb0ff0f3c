package io.sluice.cluster;

import java.net.URI;
import java.util.Locale;

/**
 * A cluster's endpoint, taken apart once.
 *
 * @param path before every request's own, without a slash at its end
 */
record Endpoint(boolean tls, String host, int port, String path) {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    static Endpoint of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        if (uri.getHost() == null || !(tls || scheme.equals("http"))) {
            // Not the URI itself: it may hold a password.
            throw new IllegalArgumentException(
                    "An endpoint is http://host:port or https://host:port, but its scheme is '%s' and its host '%s'."
                            .formatted(uri.getScheme(), uri.getHost()));
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "The endpoint of %s must not carry user and password. Put them in auth.".formatted(uri.getHost()));
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS : HTTP;
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return new Endpoint(tls, uri.getHost(), port, path);
    }

    /** Of the {@code Host} header: with the port unless it is the scheme's own. */
    String authority() {
        return port == (tls ? HTTPS : HTTP) ? host : host + ":" + port;
    }

    /** Without the brackets of an IPv6 address. */
    String address() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** By its name alone: nothing is looked up. */
    boolean isLoopback() {
        String address = address();
        return address.equalsIgnoreCase("localhost") || address.equals("::1") || address.startsWith("127.");
    }

    URI resolve(String pathAndQuery) {
        return URI.create((tls ? "https://" : "http://") + authority() + path + pathAndQuery);
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port + path;
    }
}
