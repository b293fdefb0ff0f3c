/**
 * Reads the capture from Kafka and puts exchanges together.
 *
 * <p>Everything is kept for each partition of the capture apart: all of a connection lies in one, and so does all that a
 * proxy says of itself there.
 */
@NullMarked
package io.sluice.replay.assemble;

import org.jspecify.annotations.NullMarked;
