/**
 * The journal: a bounded queue of records in memory-mapped files, which outlives the process.
 *
 * <p><b>Promise:</b> an append that returned is there after the process was killed; after a host crash, what was forced
 * is. Entries come out in the order in which they went in, which is the order of their stamps.
 *
 * <p><b>Threads:</b> any number append, one reads and acknowledges, one forces. An append copies and returns; it waits for
 * no disk.
 *
 * <p>Start reading at {@link io.sluice.capture.journal.Journal}.
 */
@NullMarked
package io.sluice.capture.journal;

import org.jspecify.annotations.NullMarked;
