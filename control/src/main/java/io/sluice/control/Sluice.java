package io.sluice.control;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The root of all commands. */
@Command(
        name = "sluice",
        description = "Moves an Elasticsearch or OpenSearch cluster to OpenSearch, live.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Sluice.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:wrong usage or configuration",
            "3:done, but with failed items or differences",
            "4:not ready yet"
        })
final class Sluice {

    private Sluice() {}

    /** Runs one command line and returns its exit code; only {@link Main} ends the process. */
    static int run(Surroundings surroundings, List<String> arguments) {
        return commands(surroundings).execute(arguments.toArray(String[]::new));
    }

    private static CommandLine commands(Surroundings surroundings) {
        Invocation invocation = new Invocation(surroundings);
        Failures failures = new Failures(invocation);
        boolean colours = surroundings.terminal().interactive()
                && !surroundings.environment().containsKey("NO_COLOR");
        return new CommandLine(new Sluice())
                .addMixin("invocation", invocation)
                .addSubcommand(new DemoCommand(invocation))
                .addSubcommand(ClustersCommand.commands(invocation))
                .addSubcommand(SnapshotCommand.commands(invocation))
                .addSubcommand(BackfillCommand.commands(invocation))
                .addSubcommand(CaptureCommand.commands(invocation))
                .addSubcommand(ReplayCommand.commands(invocation))
                .addSubcommand(new VerifyCommand(invocation))
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setColorScheme(Help.defaultColorScheme(colours ? Help.Ansi.ON : Help.Ansi.OFF))
                .setUsageHelpAutoWidth(false)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Sluice.class.getPackage().getImplementationVersion();
            return new String[] {"sluice " + (version == null ? "(not packaged)" : version)};
        }
    }
}
