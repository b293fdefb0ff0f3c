/**
 * The backfill job: carries every document of a snapshot into the target, fenced.
 *
 * <pre>
 *   {@link BackfillEnumerator} ── ranges ──▶ {@link CarrierReader} ── failed documents ──▶ failure files
 *        │  ▲ ended ranges                      │
 *        │  └────────────────────────────────── │ {@link RangeCarrier}: read → bulk → confirm
 *        ▼                                      ▼
 *   completions, status                      target
 * </pre>
 *
 * <p><b>Promise:</b> the position of a range is its last <em>confirmed</em> document: everything before
 * it was answered for by the target or stands in a failure file, everything after it is carried again
 * after a crash, which the fence makes harmless. The snapshot itself is the log that is read again, so no
 * document is ever part of Flink's state and a target that is down delays no checkpoint.
 *
 * <p><b>Threads:</b> the enumerator runs on Flink's coordinator thread, the reader's methods on the
 * task's, reading and sending on one thread of its own per reader, answers arrive on the HTTP client's.
 * {@link RangeProgress} is where the last three meet, and says how.
 *
 * <p>Start reading at {@link RangeCarrier}.
 */
@NullMarked
package io.sluice.backfill;

import org.jspecify.annotations.NullMarked;
