package io.sluice.replay.outcome;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what is shown of requests and answers: the value of every JSON field and of every parameter whose name
 * sounds like one, and a name and password before a host. What is no JSON is shown as it is.
 */
public final class Redaction {

    /** Stands for a secret. */
    public static final String REDACTED = "***";

    /** Parts of names, in lower case and without what stands between words. */
    private static final List<String> SECRET = List.of(
            "password",
            "passwd",
            "secret",
            "token",
            "apikey",
            "accesskey",
            "privatekey",
            "authorization",
            "credential",
            "cookie",
            "signature",
            "runasuser");

    /** A name and password before a host. */
    private static final Pattern USER = Pattern.compile("://[^\\s/\"?#@]*@");

    /** How servers quote what they could not read. */
    private static final Pattern PREVIEW = Pattern.compile("(Preview of field's value: )'[^']*'?");

    /** Parameters that hold a whole request, or a query with field names. */
    private static final Set<String> WITH_NAMES_INSIDE = Set.of("q", "source");

    private Redaction() {}

    private static String withoutQuotes(String text) {
        String hosts = USER.matcher(text).replaceAll("://" + REDACTED + "@");
        return PREVIEW.matcher(hosts).replaceAll("$1'" + REDACTED + "'");
    }

    /** Whether what a name stands for is not to be shown. */
    static boolean isSecret(String name) {
        StringBuilder plain = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            if (Character.isLetterOrDigit(name.charAt(i))) {
                plain.append(name.charAt(i));
            }
        }
        String known = plain.toString().toLowerCase(Locale.ROOT);
        return SECRET.stream().anyMatch(known::contains);
    }

    /** A request target as it may be shown. */
    public static String target(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (query < 0) {
            return withoutQuotes(path);
        }
        StringBuilder shown = new StringBuilder(target.length()).append(path);
        char before = '?';
        for (String parameter : target.substring(query + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals > 0 ? parameter.substring(0, equals) : "";
            boolean hidden = equals > 0 && isSecret(WITH_NAMES_INSIDE.contains(name) ? parameter : name);
            shown.append(before).append(hidden ? parameter.substring(0, equals + 1) + REDACTED : parameter);
            before = '&';
        }
        return withoutQuotes(shown.toString());
    }

    /**
     * The beginning of a body as it may be shown.
     *
     * @param most how many bytes of it; what is longer ends in …
     */
    public static String body(ByteString body, int most) {
        String text = body.substring(0, Math.min(most, body.size())).toString(StandardCharsets.UTF_8);
        String shown = withoutQuotes(new Cover(text).shown());
        return body.size() > most ? shown + "…" : shown;
    }

    /** Goes through a text once. */
    private static final class Cover {
        private final String text;
        private final StringBuilder out;
        private int at;

        Cover(String text) {
            this.text = text;
            this.out = new StringBuilder(text.length());
        }

        String shown() {
            while (at < text.length()) {
                if (text.charAt(at) == '"') {
                    string();
                } else {
                    out.append(text.charAt(at++));
                }
            }
            return out.toString();
        }

        private void string() {
            int end = endOfString(at);
            String string = text.substring(at, end);
            out.append(string);
            at = end;
            int colon = blanks(end);
            if (colon < text.length() && text.charAt(colon) == ':' && isSecret(string)) {
                out.append(":\"").append(REDACTED).append('"');
                at = endOfValue(blanks(colon + 1));
            }
        }

        private int blanks(int from) {
            int to = from;
            while (to < text.length() && Character.isWhitespace(text.charAt(to))) {
                to++;
            }
            return to;
        }

        /** Behind the quotation mark that closes it, or the end of all. */
        private int endOfString(int from) {
            int to = from + 1;
            while (to < text.length() && text.charAt(to) != '"') {
                to += text.charAt(to) == '\\' ? 2 : 1;
            }
            return Math.min(text.length(), to + 1);
        }

        private int endOfValue(int from) {
            int depth = 0;
            int to = from;
            while (to < text.length()) {
                char c = text.charAt(to);
                if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
                    return to;
                }
                depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
                to = c == '"' ? endOfString(to) : to + 1;
            }
            return to;
        }
    }
}
