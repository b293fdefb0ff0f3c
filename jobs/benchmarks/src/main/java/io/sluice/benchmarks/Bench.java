package io.sluice.benchmarks;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmarks' command. */
@Command(
        name = "bench",
        description = "Measures Sluice. What each benchmark measures, and how: docs/benchmarks.md.",
        synopsisSubcommandLabel = "BENCHMARK",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"})
public final class Bench implements Runnable {

    static final List<Benchmark> BENCHMARKS = List.of(
            new ReaderBenchmark(),
            new FirstDocumentBenchmark(),
            new BackfillSinkBenchmark(),
            new BackfillOpenSearchBenchmark(),
            new VerifyBenchmark());

    @Spec
    private CommandSpec spec;

    private Bench() {}

    /** Runs the command and ends with its exit code. */
    @SuppressWarnings("noSystemExitOutsideMain")
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Bench());
        line.addSubcommand(new ListCommand());
        line.addSubcommand(new ReaderLinesCommand(new ReaderBenchmark()));
        line.addSubcommand(new JmhCommand());
        line.addSubcommand(new ProxyCommand());
        for (Benchmark benchmark : BENCHMARKS) {
            CommandLine command = new CommandLine(new BenchmarkCommand(benchmark));
            command.getCommandSpec()
                    .usageMessage()
                    .description("Measures how it goes: " + benchmark.description() + ".");
            line.addSubcommand(benchmark.name(), command);
        }
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            String message = failure.getMessage();
            command.getErr().println("bench: " + (message == null ? failure.toString() : message));
            return CommandLine.ExitCode.SOFTWARE;
        });
        line.setParameterExceptionHandler((failure, arguments) -> {
            failure.getCommandLine().getErr().println("bench: " + failure.getMessage() + " Try: bench --help");
            return CommandLine.ExitCode.USAGE;
        });
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which benchmark? Try: bench list.");
    }

    /** Names the benchmarks. */
    @Command(name = "list", description = "Names the benchmarks.", mixinStandardHelpOptions = true)
    private static final class ListCommand implements Runnable {

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            PrintWriter out = spec.commandLine().getOut();
            BENCHMARKS.forEach(benchmark -> print(out, benchmark.name(), benchmark.description()));
            print(out, ReaderLinesCommand.NAME, ReaderLinesCommand.DESCRIPTION);
            print(out, JmhCommand.NAME, JmhCommand.DESCRIPTION);
            print(out, ProxyCommand.NAME, ProxyCommand.DESCRIPTION);
        }

        private static void print(PrintWriter out, String name, String description) {
            out.printf("%-22s%s%n", name, description);
        }
    }
}
