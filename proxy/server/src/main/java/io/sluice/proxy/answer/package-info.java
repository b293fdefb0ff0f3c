/**
 * Asks the source for what a replay needs to know, and gives the client what it asked for itself.
 *
 * <p>A client that sends {@code filter_path=errors} gets an answer that says neither which documents were written nor
 * under which versions. So that filter is kept from the source, and applied here:
 *
 * <pre>
 *   request ─▶ {@link io.sluice.proxy.answer.Widening} ─▶ source ─▶ the whole answer ─▶ capture
 *                                                              └▶ {@link io.sluice.proxy.answer.AnswerFilter} ─▶ client
 * </pre>
 *
 * <p><b>Promise:</b> the client gets the bytes that the source would have answered under its filter; compressed ones may
 * differ, but not what they decompress to. A request that cannot be treated so is left alone, and its exchange is marked.
 * Memory is bounded, however long an answer is.
 *
 * <p><b>Threads:</b> an {@link io.sluice.proxy.answer.AnswerFilter} belongs to one thread, its connection's; nothing waits.
 *
 * <p>Start reading at {@link io.sluice.proxy.answer.Widening}.
 */
@NullMarked
package io.sluice.proxy.answer;

import org.jspecify.annotations.NullMarked;
