package io.sluice.control;

import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --yes}, or the question that stands for it. */
final class Consent {

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    /**
     * Asks, unless told not to.
     *
     * @throws CommandException when it must be asked and nobody is there
     */
    boolean given(Invocation invocation, String question) throws CommandException, IOException {
        if (yes) {
            return true;
        }
        if (!invocation.output().isInteractive()) {
            throw CommandException.wrongUsage(question + " Nobody is there to answer: add --yes.");
        }
        invocation.output().question(question + " [y/N]");
        String answer = invocation.answer().toLowerCase(Locale.ROOT);
        return answer.equals("y") || answer.equals("yes");
    }
}
