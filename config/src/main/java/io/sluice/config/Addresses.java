package io.sluice.config;

import java.net.URI;
import java.util.List;

/** The value types that are addresses: of clusters, of repositories, of Flink. */
final class Addresses {

    /** Where something answers HTTP. */
    static final ValueType<URI> HTTP = new ValueType<>(
            "http:// or https://, a host, and maybe a port and a path; credentials belong into auth",
            "URL",
            List.of(),
            Addresses::http,
            URI.create("http://localhost"));

    private Addresses() {}

    private static URI http(String text) {
        URI uri = URI.create(text.strip());
        boolean speaksHttp = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        boolean bare = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        if (!speaksHttp || uri.getHost() == null || !bare || uri.getPort() > 65_535) {
            throw new IllegalArgumentException("Not an address of HTTP");
        }
        return withoutSlashAtTheEnd(uri);
    }

    private static URI withoutSlashAtTheEnd(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : uri;
    }

    /** A path, and no bucket, as files there can neither be locked nor moved; it becomes absolute, seen from the folder of the file that is read. */
    static ValueType<String> folder(Reading reading) {
        return new ValueType<>(
                "a path of a folder (a bucket cannot be one)", "path", List.of(), text -> folder(reading, text), "");
    }

    /** A path that becomes absolute, seen from the folder of the file that is read. */
    static ValueType<String> path(Reading reading) {
        return new ValueType<>("a path", "path", List.of(), text -> resolved(reading, text), "");
    }

    private static String folder(Reading reading, String text) {
        if (text.contains("://")) {
            throw new IllegalArgumentException("No path");
        }
        return resolved(reading, text);
    }

    private static String resolved(Reading reading, String text) {
        return reading.resolve(ValueType.notBlank(text)).toString();
    }

    static boolean isEncrypted(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }
}
