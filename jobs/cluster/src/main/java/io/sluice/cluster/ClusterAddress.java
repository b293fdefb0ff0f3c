package io.sluice.cluster;

import java.io.Serializable;
import java.net.URI;

/**
 * Where a cluster is and who we are to it. A value that travels with a job.
 *
 * @param endpoint {@code http://host:port} or {@code https://host:port}; a path below which the cluster answers is kept
 */
public record ClusterAddress(URI endpoint, Credentials credentials, TlsSettings tls) implements Serializable {}
