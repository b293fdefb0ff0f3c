package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.ConfigurationException;
import io.sluice.control.flink.FlinkException;
import io.sluice.control.flink.NotDoneException;
import io.sluice.control.state.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What can be asked of a job of this migration, and told to it: the same for each of them. */
final class JobControl {

    private static final Duration SAVEPOINT_LIMIT = Duration.ofSeconds(60);
    private static final Duration CLOCK_OF_FILES = Duration.ofSeconds(1); // file systems round times
    private static final Duration ORDER_LIMIT = Duration.ofSeconds(15);

    /** Longer than a start takes, before there is a job that could be found. */
    private static final Duration SILENT = Duration.ofSeconds(30);

    private final Invocation invocation;
    private final String job;

    /** @param job {@code backfill}, {@code replay} */
    JobControl(Invocation invocation, String job) {
        this.invocation = invocation;
        this.job = job;
    }

    boolean isRunning() throws IOException, ConfigurationException {
        return RunningJob.find(invocation.config(), invocation.state(), job).isPresent();
    }

    /** Refuses to go on when one is running already. */
    void refuseRunning() throws Exception {
        if (isRunning()) {
            throw CommandException.failed(
                    "the %s of migration %s is running. See sluice %s status."
                            .formatted(job, invocation.config().name(), job),
                    null);
        }
    }

    RunningJob running() throws Exception {
        return RunningJob.find(invocation.config(), invocation.state(), job)
                .orElseThrow(() -> CommandException.notReady(
                        "no %s of this migration is running. Start it with sluice %s start.".formatted(job, job)));
    }

    /** What it says of itself; {@code state} is {@code failed} or {@code stopped} when it did not live to say so. */
    ObjectNode status() throws Exception {
        StateDirectory state = invocation.state();
        ObjectNode status = state.status(job)
                .read()
                .orElseThrow(() -> CommandException.notReady(
                        "no %s of this migration was started yet. Start it with sluice %s start.".formatted(job, job)));
        if (!isIn(status, "finished")) {
            RunningJob.Sight sight = RunningJob.look(invocation.config(), state, job);
            if (sight.failure() != null) {
                status.put("state", "failed").put("reason", sight.failure());
            } else if (sight.running() == null && !isIn(status, "failed")) {
                status.put("state", "stopped");
            }
        }
        return status;
    }

    /** Notes in the status that the job is over, if it is and did not live to say so: others go by that. */
    void noteIfOver() throws Exception {
        Optional<ObjectNode> told = invocation.state().status(job).read();
        if (told.isEmpty() || isRecent(told.get())) {
            return;
        }
        ObjectNode now = status();
        if (isIn(now, "failed") || isIn(now, "stopped")) {
            invocation.state().status(job).update(status -> {
                status.set("state", now.path("state"));
                if (now.has("reason")) {
                    status.set("reason", now.path("reason"));
                }
                return status;
            });
        }
    }

    /** A job that is at work tells how it is doing several times in a second; who starts one says so before. */
    private boolean isRecent(ObjectNode status) {
        try {
            Instant updated = Instant.parse(status.path("updated").asText());
            return updated.isAfter(invocation.clock().instant().minus(SILENT));
        } catch (DateTimeParseException nothingYet) {
            return false;
        }
    }

    static boolean isIn(ObjectNode status, String state) {
        return status.path("state").asText().equals(state);
    }

    /** @param most the most subtasks that this job can have */
    int scale(int parallelism, int most) throws Exception {
        if (parallelism < 1 || parallelism > most) {
            throw CommandException.wrongUsage("N must be from 1 to %d, not %d".formatted(most, parallelism));
        }
        running().scale(parallelism);
        return told(
                "scaling to " + parallelism,
                JsonNodeFactory.instance.objectNode().put("parallelism", parallelism));
    }

    int pause() throws Exception {
        return order("paused", orders -> orders.put("paused", true));
    }

    int resume() throws Exception {
        return order("resumed", orders -> orders.put("paused", false));
    }

    int stop() throws Exception {
        RunningJob running = running();
        String folder = invocation.state().savepoints(job).toUri().toString();
        Orders orders = new Orders(invocation.state(), job);
        orders.rest();
        String savepoint;
        boolean maybeStopped = false;
        try {
            savepoint = savepointOf(running, folder);
            maybeStopped = true;
        } catch (NotDoneException later) {
            maybeStopped = true; // the rest ends by itself, if the job does not
            throw later;
        } finally {
            if (!maybeStopped) {
                orders.goOn();
            }
        }
        invocation
                .state()
                .status(job)
                .update(status -> isIn(status, "finished") ? status : status.put("state", "stopped"));
        invocation.output().line("stopped; savepoint " + savepoint);
        invocation.output().hint("sluice " + job + " start");
        invocation
                .output()
                .document(JsonNodeFactory.instance
                        .objectNode()
                        .put("state", "stopped")
                        .put("savepoint", savepoint));
        return ExitCode.DONE;
    }

    private String savepointOf(RunningJob running, String folder) throws Exception {
        Instant began = invocation.clock().instant().minus(CLOCK_OF_FILES);
        try {
            return running.flink().stopWithSavepoint(running.job().id(), folder, SAVEPOINT_LIMIT);
        } catch (FlinkException failed) {
            // An embedded Flink ends with its job and may not have told that the savepoint is there.
            if (running.embedded() == null || isThere()) {
                throw failed;
            }
            return invocation
                    .state()
                    .newestSavepoint(job, began)
                    .orElseThrow(() -> failed)
                    .toUri()
                    .toString();
        }
    }

    private boolean isThere() throws ConfigurationException {
        try {
            return isRunning();
        } catch (IOException goes) {
            return false;
        }
    }

    /** Writes an order and waits until all of the job follows it. */
    int order(String done, UnaryOperator<ObjectNode> change) throws Exception {
        running();
        StateDirectory state = invocation.state();
        Orders orders = new Orders(state, job);
        long number = orders.give(change);
        if (!orders.areFollowed(number, ORDER_LIMIT)) {
            throw CommandException.notReady(
                    "the order is written, but not all of the job follows it after %d s. Look again with sluice %s status."
                            .formatted(ORDER_LIMIT.toSeconds(), job));
        }
        return told(done, JsonNodeFactory.instance.objectNode().put("number", number));
    }

    private int told(String done, ObjectNode document) {
        invocation.output().line(done);
        invocation.output().document(document);
        return ExitCode.DONE;
    }
}
