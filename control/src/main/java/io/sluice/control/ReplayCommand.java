package io.sluice.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Output;
import io.sluice.control.state.StateDirectory;
import io.sluice.replay.ReplayJob;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice replay …}: one method for each verb. */
@Command(
        name = "replay",
        description = "Sends what was captured to the target, until both are the same.",
        synopsisSubcommandLabel = "COMMAND")
final class ReplayCommand {

    private static final String AT_ONCE = "max";
    private static final double SLOWEST = 0.01;
    private static final double FASTEST = 1000;

    private final Invocation invocation;
    private final JobControl job;

    private ReplayCommand(Invocation invocation) {
        this.invocation = invocation;
        this.job = new JobControl(invocation, ReplayJob.NAME);
    }

    static CommandLine commands(Invocation invocation) {
        return new CommandLine(new ReplayCommand(invocation));
    }

    @Command(description = "Starts it, or goes on from the newest checkpoint or savepoint.")
    int start(
            @Option(names = "--fresh", description = "Begin anew.") boolean fresh,
            @Option(names = "--replace", description = "Delete and make anew target indices of another origin.")
                    boolean replace)
            throws Exception {
        MigrationConfig config = invocation.config();
        StateDirectory state = invocation.state();
        Output output = invocation.output();
        job.refuseRunning();
        ReplaySetup setup = ReplaySetup.prepare(config, state, output, new ReplaySetup.Wishes(fresh, replace));
        boolean isMadeAnew = !setup.strangers().isEmpty();
        Optional<Path> restorePoint = ReplayStart.restorePoint(state, setup, fresh || isMadeAnew, output);
        if (isMadeAnew) {
            setup.replace(state);
            output.warning(
                    "the replay begins anew. What a snapshot has of the indices that were replaced comes with the"
                            + " next sluice backfill start.");
        }
        StartedJob started = new ReplayStart(setup.spec(), config.replay().parallelism());
        Optional<ObjectNode> status = new JobStart(state, output, started).run(invocation, restorePoint.orElse(null));
        if (status.isEmpty()) {
            return ExitCode.DONE; // it goes on elsewhere
        }
        ReplayReport.print(status.get(), output);
        output.hint("sluice replay start");
        output.document(status.get());
        return ExitCode.DONE;
    }

    @Command(description = "Gives it another parallelism while it runs.")
    int scale(@Parameters(paramLabel = "N", description = "How many subtasks.") int parallelism) throws Exception {
        return job.scale(parallelism, ReplayJob.MAX_PARALLELISM);
    }

    @Command(description = "Shows how far it is, and whether the target has caught up.")
    int status() throws Exception {
        new JobControl(invocation, BackfillStart.JOB).noteIfOver(); // operations wait for it
        ObjectNode status = job.status();
        ReplayReport.takeBack(status);
        ReplayReport.print(status, invocation.output());
        invocation.output().document(status);
        return ReplayReport.exitCode(status);
    }

    @Command(description = "Stops its clock until resume.")
    int pause() throws Exception {
        return job.pause();
    }

    @Command(description = "Goes on after pause, from where it stood.")
    int resume() throws Exception {
        return job.resume();
    }

    @Command(description = "Gives it another speed while it runs: captured seconds for each second, or max.")
    int speed(@Parameters(paramLabel = "X", description = "From 0.01 to 1000, or max.") String wanted)
            throws Exception {
        if (wanted.equals(AT_ONCE)) {
            return job.order("speed set to " + AT_ONCE, orders -> orders.put("speed", AT_ONCE));
        }
        double speed = factor(wanted);
        return job.order("speed set to " + wanted, orders -> orders.put("speed", speed));
    }

    private static double factor(String wanted) throws CommandException {
        try {
            double factor = Double.parseDouble(wanted);
            if (factor >= SLOWEST && factor <= FASTEST) {
                return factor;
            }
        } catch (NumberFormatException none) {
            // said below
        }
        throw CommandException.wrongUsage("X must be a number from 0.01 to 1000, or max, not \"" + wanted + "\"");
    }

    @Command(description = "Stops it with a savepoint.")
    int stop() throws Exception {
        return job.stop();
    }
}
