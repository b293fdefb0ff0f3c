/**
 * The {@code sluice} command: parses a command line, calls one service, prints, returns an exit code.
 *
 * <pre>
 *   {@link io.sluice.control.Main} ─▶ Sluice (commands, failures) ─▶ a command ─▶ Invocation: configuration, state, output
 *                                                               └─▶ a service: jobs/…, {@link io.sluice.control.flink}
 * </pre>
 *
 * <p><b>Promise:</b> exit codes are those of {@code ExitCode}; a failure is one line on stderr; nothing here is static, so
 * every command runs inside a test.
 *
 * <p><b>Threads:</b> a command runs on the thread that was given its arguments.
 *
 * <p>Start reading at {@code Sluice}.
 */
@NullMarked
package io.sluice.control;

import org.jspecify.annotations.NullMarked;
