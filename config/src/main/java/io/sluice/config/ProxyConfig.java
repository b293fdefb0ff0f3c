package io.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxy in front of the source.
 *
 * @param listen where clients connect
 * @param admin where it is asked and told
 * @param adminAdvertised what others call {@code admin}; null: as it is
 * @param adminTls what it shows there; null: plain HTTP
 * @param adminToken the file of the token that guards {@code admin}; null: one below {@code state}
 * @param tls what it shows to clients; null: plain HTTP
 * @param nodes nodes of the source, all as good as {@code source.endpoint}; empty: that one
 * @param health how the nodes are looked after
 * @param connectTimeout how long a node may take to accept a connection
 * @param upgrade what it does with requests to change the protocol
 * @param suppress what passes without being captured
 * @param setHeaders headers that are put into every request to the source, in place of the client's own
 * @param threads of event loops; 0: one for each processor
 * @param drain how long it waits for requests under way when it stops
 */
public record ProxyConfig(
        HostPort listen,
        HostPort admin,
        @Nullable HostPort adminAdvertised,
        @Nullable ServerTls adminTls,
        @Nullable String adminToken,
        @Nullable ServerTls tls,
        List<HostPort> nodes,
        Health health,
        Duration connectTimeout,
        Upgrade upgrade,
        List<String> suppress,
        Map<String, Secret> setHeaders,
        Limits limits,
        Journal journal,
        int threads,
        Duration drain) {

    /** What the proxy does with requests to change the protocol. */
    public enum Upgrade {
        /** They are answered as if it were not known. */
        REFUSE,
        /** They pass, and what follows on that connection is not captured. */
        TUNNEL
    }

    /**
     * What the proxy shows to those who connect. PEM files by absolute path.
     *
     * @param ca they must show a certificate of one of these; null: none is asked for
     */
    public record ServerTls(
            String cert, String key, @Nullable String ca) {
        static ServerTls read(Fields in) {
            ValueType<String> path = Addresses.path(in.reading());
            return new ServerTls(in.required("cert", path), in.required("key", path), in.optional("ca", path));
        }
    }

    /**
     * How nodes are looked after.
     *
     * @param path what is asked for; null: nothing, a connection is enough
     */
    public record Health(Duration interval, @Nullable String path) {
        static Health read(Fields in) {
            Duration interval = in.value("interval", ValueType.duration(HOUR), Duration.ofSeconds(5), "5s");
            if (in.has("interval") && interval.isZero()) {
                in.problem("interval", "must be longer than nothing.");
            }
            return new Health(interval, in.optional("path", ValueType.text("a path such as /", "path", "/\\S*")));
        }
    }

    /**
     * What is bounded.
     *
     * @param line of a request or an answer, at its start
     * @param headers all lines of one request or answer
     * @param connections of clients
     * @param held requests that wait while the route is held
     * @param halfClosed how long a client that sends no more is given before its read is cancelled
     */
    public record Limits(ByteSize line, ByteSize headers, int connections, int held, Duration halfClosed) {
        static Limits read(Fields in) {
            ValueType<ByteSize> size = ValueType.size(new ByteSize(8L << 10), new ByteSize(16L << 20));
            return new Limits(
                    in.value("line", size, new ByteSize(1L << 20)),
                    in.value("headers", size, new ByteSize(256L << 10)),
                    in.value("connections", ValueType.integer(1, 1_000_000), 10_000),
                    in.value("held", ValueType.integer(1, 1_000_000), 10_000),
                    in.value("half_closed", ValueType.duration(HOUR), Duration.ofSeconds(1), "1s"));
        }
    }

    /**
     * Where the capture lies until Kafka has it.
     *
     * @param path a folder; null: one below {@code state}
     */
    public record Journal(@Nullable String path, ByteSize max) {
        static Journal read(Fields in) {
            return new Journal(
                    in.optional("path", Addresses.path(in.reading())),
                    in.value(
                            "max",
                            ValueType.size(new ByteSize(64L << 20), new ByteSize(1L << 50)),
                            new ByteSize(10L << 30)));
        }
    }

    private static final Duration HOUR = Duration.ofHours(1);
    private static final ValueType<String> SUPPRESSED = ValueType.text(
            "a method (or *) and a path such as \"POST /_bulk\", \"header Name\", \"header Name: value\", \"class read\" or"
                    + " \"class write\"",
            "rule",
            "(\\*|[A-Z]+) /\\S*|header [A-Za-z0-9!#$%&'*+.^_`|~-]+(:.*\\S.*)?|class (read|write)");
    private static final HostPort LISTEN = new HostPort("0.0.0.0", 9200);
    private static final HostPort ADMIN = new HostPort("127.0.0.1", 9299);

    public ProxyConfig {
        nodes = List.copyOf(nodes);
        suppress = List.copyOf(suppress);
        setHeaders = Map.copyOf(setHeaders);
    }

    static ProxyConfig read(Fields in) {
        ProxyConfig proxy = new ProxyConfig(
                in.value("listen", ValueType.HOST_PORT, LISTEN),
                in.value("admin", ValueType.HOST_PORT, ADMIN),
                in.optional("admin_advertised", ValueType.HOST_PORT),
                in.optionalSection("admin_tls", ServerTls::read),
                in.optional("admin_token", Addresses.path(in.reading())),
                in.optionalSection("tls", ServerTls::read),
                in.list("nodes", ValueType.HOST_PORT, List.of()),
                in.section("health", Health::read),
                in.value("connect_timeout", ValueType.duration(HOUR), Duration.ofSeconds(3), "3s"),
                in.value("upgrade", ValueType.choice(Upgrade.values(), '-'), Upgrade.REFUSE, "refuse"),
                in.list("suppress", SUPPRESSED, List.of()),
                in.map("set_headers", "header", ValueType.SECRET),
                in.section("limits", Limits::read),
                in.section("journal", Journal::read),
                in.value("threads", ValueType.integer(0, 256), 0),
                in.value("drain", ValueType.duration(HOUR), Duration.ofSeconds(30), "30s"));
        if (proxy.listen.port() != 0 && proxy.listen.port() == proxy.admin.port()) {
            in.problem("admin", "has the port of listen. Give it one of its own.");
        }
        proxy.setHeaders.keySet().stream()
                .filter(name -> !name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+"))
                .forEach(name -> in.problem("set_headers", "\"" + name + "\" cannot be the name of a header."));
        return proxy;
    }
}
