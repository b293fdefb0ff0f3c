package io.sluice.cluster;

import java.time.Duration;

/**
 * The bounds of a {@link RawHttp}.
 *
 * @param maxConnections open at one time; a request beyond them waits for one
 * @param maxWaiting requests that wait for a connection; one more fails at once
 * @param connectTimeout for the TCP connection, and once more for the TLS handshake
 * @param idleTimeout a pooled connection unused for longer is not used again: load balancers forget those in silence
 * @param maxAnswerBytes of one answer's body; a longer one fails
 * @param gzip of request bodies
 * @param ioThreads that move bytes
 */
public record RawHttpOptions(
        int maxConnections,
        int maxWaiting,
        Duration connectTimeout,
        Duration idleTimeout,
        int maxAnswerBytes,
        GzipPolicy gzip,
        int ioThreads) {

    /** 1024 connections, 4096 waiting, 10 s to connect, 30 s idle, answers of 64 MB, gzip when it pays, one I/O thread. */
    public static final RawHttpOptions DEFAULT = new RawHttpOptions(
            1024, 4096, Duration.ofSeconds(10), Duration.ofSeconds(30), 64 << 20, GzipPolicy.AUTO, 1);

    public RawHttpOptions {
        if (maxConnections < 1 || maxWaiting < 0 || maxAnswerBytes < 1 || ioThreads < 1) {
            throw new IllegalArgumentException(
                    "maxConnections, maxAnswerBytes and ioThreads must be at least 1, maxWaiting 0: %d, %d, %d, %d"
                            .formatted(maxConnections, maxAnswerBytes, ioThreads, maxWaiting));
        }
        if (connectTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("connectTimeout must be at least 1 ms: " + connectTimeout);
        }
    }

    /** These, with other connection counts. */
    public RawHttpOptions withMaxConnections(int connections) {
        return new RawHttpOptions(
                connections, maxWaiting, connectTimeout, idleTimeout, maxAnswerBytes, gzip, ioThreads);
    }

    /** These, with another bound of answers. */
    public RawHttpOptions withMaxAnswerBytes(int bytes) {
        return new RawHttpOptions(maxConnections, maxWaiting, connectTimeout, idleTimeout, bytes, gzip, ioThreads);
    }

    /** These, with another policy of compression. */
    public RawHttpOptions withGzip(GzipPolicy policy) {
        return new RawHttpOptions(
                maxConnections, maxWaiting, connectTimeout, idleTimeout, maxAnswerBytes, policy, ioThreads);
    }

    /** These, with another time to connect. */
    public RawHttpOptions withConnectTimeout(Duration timeout) {
        return new RawHttpOptions(maxConnections, maxWaiting, timeout, idleTimeout, maxAnswerBytes, gzip, ioThreads);
    }

    /** These, with another queue. */
    public RawHttpOptions withMaxWaiting(int requests) {
        return new RawHttpOptions(
                maxConnections, requests, connectTimeout, idleTimeout, maxAnswerBytes, gzip, ioThreads);
    }
}
