/**
 * Kafka's server in a JVM of its own. What it takes of Kafka's server is internal to Kafka, so it is kept
 * in {@link KafkaBroker}, and apart from the testkit, which starts it without having Kafka on its own class
 * path.
 *
 * <p><b>Threads:</b> Kafka's own.
 */
@NullMarked
package io.sluice.testkit.broker;

import org.jspecify.annotations.NullMarked;
