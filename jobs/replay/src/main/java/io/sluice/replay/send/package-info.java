/**
 * Sends steps to the target when their time has come, each until it is settled.
 *
 * <p><b>Promise:</b> nothing waits for the target but what goes to it: no method blocks, and a checkpoint is taken whatever is
 * in flight. What is in flight stays in state until it is settled, so after a crash it is sent again; the fence makes that harmless.
 *
 * <p>Start reading at {@link io.sluice.replay.send.SendOperator}.
 */
@NullMarked
package io.sluice.replay.send;

import org.jspecify.annotations.NullMarked;
