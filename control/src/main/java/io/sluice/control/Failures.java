package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.ConfigurationException;
import io.sluice.config.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The one place that turns a failure into a line on stderr and an exit code; with {@code --json} also into a document, so
 * that a script always gets one.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Invocation invocation;

    Failures(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        int code = exitCode(failure);
        String message = message(failure);
        String prefix = failure instanceof ConfigurationException
                ? ""
                : command.getCommandSpec().qualifiedName() + ": ";
        message.lines().forEach(line -> err.println(prefix + line));
        if (invocation.isVerbose() || isDefect(failure)) {
            failure.printStackTrace(err);
        }
        err.flush();
        if (invocation.output().owesDocument()) {
            invocation.output().document(document(failure, message, code));
        }
        return code;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = oneLine(String.valueOf(failure.getMessage())) + "." + suggestion(failure);
        command.getErr().println(name + ": " + message + " See " + name + " --help.");
        command.getErr().flush();
        if (Arrays.asList(arguments).contains("--json")) {
            // The options may not have been parsed before the failure, so the output does not know.
            command.getOut().println(document(failure, message, ExitCode.WRONG_USAGE));
            command.getOut().flush();
        }
        return ExitCode.WRONG_USAGE;
    }

    private static int exitCode(Exception failure) {
        if (failure instanceof ConfigurationException) {
            return ExitCode.WRONG_USAGE;
        }
        return failure instanceof CommandException known ? known.exitCode() : ExitCode.FAILED;
    }

    /** Failures of the world are checked exceptions here, with messages for people. Anything else is our own fault. */
    private static boolean isDefect(Exception failure) {
        return failure instanceof RuntimeException;
    }

    private static String message(Exception failure) {
        String message = failure.getMessage();
        if (failure instanceof ConfigurationException && message != null) {
            return message;
        }
        if (isDefect(failure)) {
            return oneLine("a defect in sluice: " + failure + ". Please report it with the lines below.");
        }
        boolean nameTells =
                failure instanceof IOException && !failure.getClass().getName().startsWith("io.sluice.");
        return oneLine(message == null || nameTells ? failure.toString() : message);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String suggestion(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> near = unmatched.getSuggestions();
        return near.isEmpty()
                ? ""
                : " Did you mean " + String.join(" or ", near.subList(0, Math.min(3, near.size()))) + "?";
    }

    private static ObjectNode document(Exception failure, String message, int code) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ObjectNode error = document.putObject("error").put("message", message).put("exit_code", code);
        if (failure instanceof ConfigurationException configuration) {
            for (Problem problem : configuration.problems()) {
                error.withArray("problems")
                        .addObject()
                        .put("path", problem.path())
                        .put("line", problem.line())
                        .put("message", problem.message());
            }
        }
        return document;
    }
}
