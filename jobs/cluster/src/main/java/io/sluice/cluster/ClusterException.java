package io.sluice.cluster;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A control call that came to nothing. The message says what was tried, where, what came back and what to
 * do, and holds no secret.
 */
public final class ClusterException extends IOException {

    /** What stood in the way. */
    public enum Kind {
        /** No answer: refused, cut, timed out, no such host. Whether the request was carried out is not known. */
        UNREACHABLE,
        /** TLS came to no agreement: their certificate, ours, or no TLS at all on that port. */
        NOT_TRUSTED,
        /** 401, or no credentials to be had. */
        WRONG_CREDENTIALS,
        /** 403: we may not, or nobody may because of a block. */
        FORBIDDEN,
        /** Something answers there, but it is no cluster. */
        NOT_A_CLUSTER,
        /** Any other 4xx but 429: the cluster will not do this, now or later. */
        REFUSED,
        /** 5xx and 429: the cluster could not do it now. */
        FAILED,
        /** What we were given to connect with cannot be used: a TLS file that is missing or is no PEM. */
        UNUSABLE_SETTINGS
    }

    private final Kind kind;
    private final int status;
    private final String type;
    private final String reason;

    private ClusterException(
            Kind kind, String message, int status, String type, String reason, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = status;
        this.type = type;
        this.reason = reason;
    }

    /** Without an answer of the cluster. */
    static ClusterException without(Kind kind, String message, @Nullable Throwable cause) {
        return new ClusterException(kind, message, 0, "", "", cause);
    }

    /**
     * For an answer that was not a success.
     *
     * @param doing what was tried and where, {@code create the index books at https://…}
     */
    static ClusterException answered(String doing, int status, ErrorBody error) {
        Kind kind = kindOf(status);
        String message = "Cannot %s: answered with %d%s. %s".formatted(doing, status, error.told(), advice(kind));
        return new ClusterException(kind, message.strip(), status, error.type(), error.reason(), null);
    }

    private static Kind kindOf(int status) {
        if (status == 401) {
            return Kind.WRONG_CREDENTIALS;
        }
        if (status == 403) {
            return Kind.FORBIDDEN;
        }
        if (status < 400) {
            return Kind.NOT_A_CLUSTER;
        }
        return status == 429 || status >= 500 ? Kind.FAILED : Kind.REFUSED;
    }

    private static String advice(Kind kind) {
        return switch (kind) {
            case WRONG_CREDENTIALS -> "Check the user name, password, API key or AWS identity given for this cluster.";
            case FORBIDDEN ->
                "Give this identity the permission, or lift the block, if the cluster names one; check a proxy between.";
            case NOT_A_CLUSTER -> "Expected a cluster's answer; check the endpoint's host, port and path.";
            case FAILED -> "Try again when the cluster is well; its own log says more.";
            default -> "";
        };
    }

    public Kind kind() {
        return kind;
    }

    /** The HTTP status, or 0 when no answer came. */
    public int status() {
        return status;
    }

    /** The cluster's word for the error, {@code resource_already_exists_exception}; empty when it has none. */
    public String type() {
        return type;
    }

    /** The cluster's sentence about the error, or the beginning of whatever it answered; empty when it says nothing. */
    public String reason() {
        return reason;
    }

    /** Whether the cluster refused this very request, so that the same again is pointless: 4xx but 401, 403, 429. */
    public boolean isRefusal() {
        return kind == Kind.REFUSED;
    }
}
