/**
 * Real servers as child processes, for tests and for {@code sluice demo}: Elasticsearch and OpenSearch
 * nodes, Kafka, the proxy, a Flink session cluster, an S3 server; and two servers of our own to measure and to hurt with.
 *
 * <pre>
 *   {@link Distributions} ─▶ {@link DistributionCache} ─▶ {@link ServerProcess}    a node, fetched, unpacked, started
 *                                                   {@link ClusterProcess}   several nodes that are one cluster
 *                                                   {@link SharedServers}    one of each for all tests of a JVM
 *   {@link KafkaProcess}    Kafka, alone or as one of several brokers, plain or with TLS and SCRAM
 *   {@link ProxyProcess}    our own proxy, as its script starts it
 *   {@link FlinkSession}    a JobManager and TaskManagers as separate JVMs
 *   {@link S3Server}        a folder as buckets, signatures checked
 *   {@link FaultRelay}      in front of a node: refuses, delays and cuts by a seeded {@link FaultPlan}
 *   {@link BulkSink}        swallows bulks and counts them; {@link BulkSinkProcess} is one in its own JVM
 *   {@link Identity}        a key and a certificate for servers and clients of TLS
 * </pre>
 *
 * <p><b>Promise:</b> whatever is started here ends with the JVM that started it, however that JVM ends,
 * SIGKILL included; nothing else is ever signalled. What cannot start says why, with the end of its log.
 *
 * <p><b>Threads:</b> methods block until what they say has happened, within a bounded time, and may be
 * called from any thread; one process belongs to one caller at a time.
 *
 * <p>Start reading at {@link ServerProcess}, then {@link ChildProcess}, which keeps the promise.
 */
@NullMarked
package io.sluice.testkit;

import org.jspecify.annotations.NullMarked;
