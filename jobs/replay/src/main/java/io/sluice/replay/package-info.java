/**
 * The replay job: sends captured requests to the target in time order, until target and source are the same.
 *
 * <pre>
 *   Kafka ─▶ assemble exchanges ─▶ rewrite into steps ─▶ send, by order domain ─▶ outcomes
 *                                      clock ───────────────▲
 * </pre>
 *
 * <p><b>Promise:</b> what the source did is done at the target under the same ids and fenced with the source's own
 * sequence, so that repeats, retries and late arrivals end in the same state. Nothing is left out without being counted and named
 * by its rule.
 */
@NullMarked
package io.sluice.replay;

import org.jspecify.annotations.NullMarked;
