/**
 * What a command says, and to whom.
 *
 * <p><b>Promise:</b> with {@code --json}, stdout gets exactly one JSON document and nothing else. Without it, stdout gets
 * tables, lines and hints; a progress bar only when it is a terminal. ANSI sequences go to terminals only.
 *
 * <p><b>Threads:</b> an {@link io.sluice.control.console.Output} belongs to the thread that runs the command.
 *
 * <p>Start reading at {@link io.sluice.control.console.Output}.
 */
@NullMarked
package io.sluice.control.console;

import org.jspecify.annotations.NullMarked;
