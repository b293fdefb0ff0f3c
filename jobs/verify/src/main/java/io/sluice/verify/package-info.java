/**
 * The verify job: reads every document of source and target, and says which are missing, extra or different.
 *
 * <pre>
 *   both sides, part by part ─▶ match by (index, id, routing) ─▶ look again, repair ─┬─▶ files of differences
 *                  └───────────────── how many were read ────────────────────────────┴─▶ account
 * </pre>
 *
 * <p><b>Promise:</b> a difference is reported only when both sides were looked at a second time, and the source's document had
 * not changed in between; what changes all the time is counted as not settled. Memory does not grow with the index.
 *
 * <p>Start reading at {@link io.sluice.verify.VerifyJob}; why it is built like this: docs/adr/0014-verify-matches-in-step.md.
 */
@NullMarked
package io.sluice.verify;

import org.jspecify.annotations.NullMarked;
