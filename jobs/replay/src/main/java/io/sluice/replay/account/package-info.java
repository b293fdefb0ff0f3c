/**
 * Counts what became of every exchange and every item of it, and knows up to which time all is confirmed.
 *
 * <p>Kept for each partition of the capture apart: what assembly says of a partition comes in order, so an exchange is known
 * here before the partition's time moves over it.
 */
@NullMarked
package io.sluice.replay.account;

import org.jspecify.annotations.NullMarked;
