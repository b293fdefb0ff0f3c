/**
 * The topic of a capture as an operator sees it: whether it is there and fit, what lies in it, who writes into it; and its
 * way into a file and out of one.
 *
 * <p><b>Promise:</b> no call waits longer than {@link io.sluice.capture.topic.KafkaAccess#PATIENCE} for an answer of Kafka's.
 * What fails is a {@link io.sluice.capture.topic.TopicException}, whose message says what was being done, where, why it
 * failed and what to do, and holds no secret. Memory does not grow with the topic.
 *
 * <p><b>Threads:</b> each object belongs to one.
 *
 * <p>Start reading at {@link io.sluice.capture.topic.TopicAdmin}.
 */
@NullMarked
package io.sluice.capture.topic;

import org.jspecify.annotations.NullMarked;
