package io.sluice.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxy in front of the source.
 *
 * @param listen where clients connect
 * @param admin where it is asked and told
 * @param adminAdvertised what others call {@code admin}; null: as it is
 * @param tls what it shows to clients; null: plain HTTP
 * @param upgrade what it does with requests to change the protocol
 * @param suppress routes that are refused, {@code METHOD /path}
 * @param setHeaders headers that are put into every request to the source
 */
public record ProxyConfig(
        HostPort listen,
        HostPort admin,
        @Nullable HostPort adminAdvertised,
        @Nullable ServerTls tls,
        Upgrade upgrade,
        List<String> suppress,
        Map<String, Secret> setHeaders) {

    /** What the proxy does with requests to change the protocol. */
    public enum Upgrade {
        /** They are answered as if it were not known. */
        REFUSE,
        /** They pass, and what follows on that connection is not captured. */
        PASS
    }

    /**
     * What the proxy shows to clients. PEM files by absolute path.
     *
     * @param ca clients must show a certificate of one of these; null: none is asked for
     */
    public record ServerTls(
            String cert, String key, @Nullable String ca) {
        static ServerTls read(Fields in) {
            ValueType<String> path = Addresses.path(in.reading());
            return new ServerTls(in.required("cert", path), in.required("key", path), in.optional("ca", path));
        }
    }

    private static final ValueType<String> ROUTE =
            ValueType.text("a method (or *) and a path such as \"POST /_bulk\"", "route", "(\\*|[A-Z]+) /\\S*");
    private static final HostPort LISTEN = new HostPort("0.0.0.0", 9200);
    private static final HostPort ADMIN = new HostPort("127.0.0.1", 9299);

    public ProxyConfig {
        suppress = List.copyOf(suppress);
        setHeaders = Map.copyOf(setHeaders);
    }

    static ProxyConfig read(Fields in) {
        ProxyConfig proxy = new ProxyConfig(
                in.value("listen", ValueType.HOST_PORT, LISTEN),
                in.value("admin", ValueType.HOST_PORT, ADMIN),
                in.optional("admin_advertised", ValueType.HOST_PORT),
                in.optionalSection("tls", ServerTls::read),
                in.value("upgrade", ValueType.choice(Upgrade.values(), '-'), Upgrade.REFUSE, "refuse"),
                in.list("suppress", ROUTE, List.of()),
                in.map("set_headers", "header", ValueType.SECRET));
        if (proxy.listen.port() != 0 && proxy.listen.port() == proxy.admin.port()) {
            in.problem("admin", "has the port of listen. Give it one of its own.");
        }
        proxy.setHeaders.keySet().stream()
                .filter(name -> !name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+"))
                .forEach(name -> in.problem("set_headers", "\"" + name + "\" cannot be the name of a header."));
        return proxy;
    }
}
