package io.sluice.cluster;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words why a cluster could not be reached. */
final class Unreachable {

    private Unreachable() {}

    /** The exception for a connection that did not come about: nothing was sent. */
    static ClusterUnreachableException connecting(Endpoint endpoint, Throwable cause) {
        return new ClusterUnreachableException(
                "Cannot reach %s: %s Nothing was sent.".formatted(endpoint, why(cause)), cause, false);
    }

    /** Whether the other side's certificate, or ours, was the trouble. */
    static boolean isTrust(Throwable failure) {
        return find(failure, CertificateException.class) != null
                || find(failure, CertPathBuilderException.class) != null;
    }

    /** Whether TLS was the trouble, in whatever way. */
    static boolean isTls(Throwable failure) {
        return find(failure, SSLException.class) != null;
    }

    static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static String why(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "no connection came about in time. Is the address right, and does a firewall let this host through?";
        }
        if (cause instanceof ConnectException) {
            return "the connection was refused. Is it running, and is the port right?";
        }
        if (cause instanceof UnknownHostException) {
            return "the host's name is not known. Is it spelt right?";
        }
        if (find(cause, NotSslRecordException.class) != null) {
            return "it does not speak TLS. Is it http:// instead of https://?";
        }
        if (cause instanceof SslHandshakeTimeoutException) {
            return "the TLS handshake was not finished in time.";
        }
        if (isTrust(cause)) {
            return "its TLS certificate is not trusted (%s). Name its CA in tls.ca, or use the host name it is made for."
                    .formatted(deepest(cause));
        }
        if (isTls(cause)) {
            return "the TLS handshake failed (%s). Does it ask for a client certificate (tls.cert, tls.key)?"
                    .formatted(deepest(cause));
        }
        return reason(cause) + ".";
    }

    private static String deepest(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at.getCause() != null && depth < 10; depth++) {
            at = at.getCause();
        }
        return reason(at);
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> kind) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (kind.isInstance(at)) {
                return kind.cast(at);
            }
            at = at.getCause();
        }
        return null;
    }
}
