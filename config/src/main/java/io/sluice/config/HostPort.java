package io.sluice.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on or to be reached at: {@code 0.0.0.0:9200}, {@code proxy-1:9299}, {@code [::1]:9200}.
 *
 * @param host a name or an address, without brackets
 * @param port 0 (any that is free) to 65535
 */
public record HostPort(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.%]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");

    /**
     * Reads the form above.
     *
     * @throws IllegalArgumentException when the text is none
     */
    public static HostPort parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches() || Integer.parseInt(form.group(3)) > 65_535) {
            throw new IllegalArgumentException("Not a host and port: " + text);
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        return new HostPort(host, Integer.parseInt(form.group(3)));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
