package io.sluice.cluster;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS to a cluster. PEM files, read when a client is opened.
 *
 * @param ca certificates to trust, or null for the JVM's own
 * @param certificate our client certificate chain, or null
 * @param key its private key (PKCS#8), or null
 * @param insecure whether to trust any certificate and any host name
 */
public record TlsSettings(
        @Nullable String ca,
        @Nullable String certificate,
        @Nullable String key,
        boolean insecure) implements Serializable {

    public static final TlsSettings DEFAULT = new TlsSettings(null, null, null, false);

    public TlsSettings {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("tls.cert and tls.key must be given together");
        }
    }
}
