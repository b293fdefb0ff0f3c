package io.sluice.proxy.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.sluice.config.ClusterConfig.TlsConfig;
import io.sluice.config.HostPort;
import java.io.File;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** How the proxy speaks TLS to a cluster. */
public final class SourceTls {

    private final SslContext context;
    private final boolean hasCertificate;

    private SourceTls(SslContext context, boolean hasCertificate) {
        this.context = context;
        this.hasCertificate = hasCertificate;
    }

    /**
     * Reads the PEM files.
     *
     * @throws SSLException or IllegalArgumentException when one of them is none
     */
    public static SourceTls of(TlsConfig settings) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (settings.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        } else if (settings.ca() != null) {
            builder.trustManager(new File(settings.ca()));
        }
        String certificate = settings.cert();
        String key = settings.key();
        if (certificate != null && key != null) {
            builder.keyManager(new File(certificate), new File(key));
        }
        return new SourceTls(builder.build(), certificate != null);
    }

    /** Whether the proxy shows a certificate of its own. */
    boolean hasCertificate() {
        return hasCertificate;
    }

    SslHandler handler(ByteBufAllocator buffers, HostPort address, Duration timeout) {
        SslHandler handler = context.newHandler(buffers, address.host(), address.port());
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        return handler;
    }
}
