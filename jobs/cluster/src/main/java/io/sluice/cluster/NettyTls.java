package io.sluice.cluster;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import javax.net.ssl.SSLParameters;

/** {@link TlsSettings} for Netty: the same context as that of the control calls. */
final class NettyTls {

    private final SslContext context;

    private NettyTls(SslContext context) {
        this.context = context;
    }

    static NettyTls of(TlsSettings settings) throws IOException {
        return new NettyTls(new JdkSslContext(
                JdkTls.of(settings),
                true,
                null,
                SupportedCipherSuiteFilter.INSTANCE,
                null,
                ClientAuth.NONE,
                null,
                false));
    }

    /** A handler that checks the host's name, which {@link TlsSettings#insecure}'s trust manager then leaves out. */
    SslHandler handler(ByteBufAllocator buffers, Endpoint endpoint, long timeoutMillis) {
        SslHandler handler = context.newHandler(buffers, endpoint.address(), endpoint.port());
        handler.setHandshakeTimeoutMillis(timeoutMillis);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        return handler;
    }
}
