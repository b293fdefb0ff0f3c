package io.sluice.config;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The source or the target.
 *
 * @param endpoint without a slash at its end
 */
public record ClusterConfig(URI endpoint, AuthConfig auth, TlsConfig tls) {

    private static final List<Way<AuthConfig>> AUTH_WAYS = List.of(
            Way.word("none", AuthConfig.NONE),
            Way.section("basic", AuthConfig.Basic::read),
            Way.value("api_key", ValueType.SECRET, AuthConfig.ApiKey::new),
            Way.section("sigv4", AuthConfig.SigV4::read));

    static ClusterConfig read(Fields in) {
        ClusterConfig cluster = new ClusterConfig(
                in.required("endpoint", Addresses.HTTP),
                in.oneOf("auth", AuthConfig.NONE, false, AUTH_WAYS),
                in.section("tls", TlsConfig::read));
        if (in.has("endpoint")
                && !Addresses.isEncrypted(cluster.endpoint())
                && !cluster.tls().equals(TlsConfig.DEFAULT)) {
            in.problem("tls", "is set, but endpoint speaks plain http. Write https://, or take tls away.");
        }
        return cluster;
    }

    /** Who we are to a cluster. A client certificate is part of {@link TlsConfig}. */
    public sealed interface AuthConfig {

        /** No credentials. */
        AuthConfig NONE = new None();

        /** No credentials. */
        record None() implements AuthConfig {}

        /** HTTP basic. */
        record Basic(String username, Secret password) implements AuthConfig {
            static Basic read(Fields in) {
                return new Basic(in.required("username", ValueType.TEXT), in.required("password", ValueType.SECRET));
            }
        }

        /** An API key in the encoded form, as the server handed it out. */
        record ApiKey(Secret encoded) implements AuthConfig {}

        /**
         * AWS Signature Version 4. The keys come from the AWS default chain unless a profile is named, and are
         * exchanged for those of {@code role} when one is named.
         *
         * @param service {@code es} or {@code aoss}
         */
        record SigV4(
                String region,
                String service,
                @Nullable String profile,
                @Nullable String role) implements AuthConfig {

            private enum Service {
                ES,
                AOSS
            }

            static SigV4 read(Fields in) {
                return new SigV4(
                        in.required("region", ValueType.TEXT),
                        ValueType.word(
                                in.value("service", ValueType.choice(Service.values(), '_'), Service.ES, "es"), '_'),
                        in.optional("profile", ValueType.TEXT),
                        in.optional("role", ValueType.TEXT));
            }
        }
    }

    /**
     * How to speak TLS to a cluster. PEM files by absolute path.
     *
     * @param ca certificates to trust, or null for the JVM's own
     * @param cert our client certificate chain, or null
     * @param key its private key, or null
     * @param insecure whether to trust any certificate and any host name
     */
    public record TlsConfig(
            @Nullable String ca,
            @Nullable String cert,
            @Nullable String key,
            boolean insecure) {

        static final TlsConfig DEFAULT = new TlsConfig(null, null, null, false);

        static TlsConfig read(Fields in) {
            ValueType<String> path = Addresses.path(in.reading());
            TlsConfig tls = new TlsConfig(
                    in.optional("ca", path),
                    in.optional("cert", path),
                    in.optional("key", path),
                    in.value("insecure", ValueType.FLAG, false));
            if ((tls.cert == null) != (tls.key == null)) {
                in.problem(tls.cert == null ? "key" : "cert", "cert and key belong together. Give both or neither.");
            }
            if (tls.insecure && tls.ca != null) {
                in.problem("insecure", "trusts every certificate, so ca means nothing. Keep one.");
            }
            return tls;
        }
    }
}
