package io.sluice.control.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.Waiting;
import java.io.FileNotFoundException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A Flink cluster over its REST API, version 2.3. What it shows can be as old as the cluster's
 * {@code web.refresh-interval}, 3 seconds unless changed.
 *
 * <p>Every method throws a {@link FlinkException} that says what was being done, to which Flink, and why it failed.
 */
public final class FlinkRest {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofSeconds(1);
    private static final Duration UNTIL_FORGOTTEN = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RestCall call;
    private final Waiting waiting;

    /** A client for the JobManager at an address. Nothing is sent yet. */
    public FlinkRest(URI address) {
        this(address, Waiting.REAL);
    }

    FlinkRest(URI address, Waiting waiting) {
        this.call = new RestCall(address);
        this.waiting = waiting;
    }

    /** What the cluster has. */
    public FlinkOverview overview() throws FlinkException {
        JsonNode json = call.get("ask for the version", "/overview");
        return new FlinkOverview(
                json.path("flink-version").asText(),
                json.path("taskmanagers").asInt(),
                json.path("slots-total").asInt(),
                json.path("slots-available").asInt());
    }

    /** The cluster's own settings, secrets hidden by Flink. */
    public Map<String, String> configuration() throws FlinkException {
        Map<String, String> settings = new LinkedHashMap<>();
        call.get("read the configuration", "/jobmanager/config")
                .forEach(entry -> settings.put(
                        entry.path("key").asText(), entry.path("value").asText()));
        return settings;
    }

    /**
     * Uploads a jar, streamed from the file. The cluster forgets it when its JobManager restarts.
     *
     * @return the id under which it can be run
     */
    public String upload(Path jar) throws FlinkException {
        String what = "upload " + jar.getFileName();
        String boundary = "sluice-" + UUID.randomUUID();
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
                + jar.getFileName() + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
        BodyPublisher content;
        try {
            content = BodyPublishers.ofFile(jar);
        } catch (FileNotFoundException absent) {
            throw new FlinkException("Cannot " + what + ": there is no " + jar + ". Build it.", 0, absent);
        }
        BodyPublisher body = BodyPublishers.concat(
                BodyPublishers.ofString(head), content, BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
        String name = call.upload(what, "/jars/upload", "multipart/form-data; boundary=" + boundary, body)
                .path("filename")
                .asText();
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Removes an uploaded jar. */
    public void deleteJar(String jar) throws FlinkException {
        call.delete("delete " + jar, "/jars/" + encoded(jar));
    }

    /**
     * Runs the main class of an uploaded jar inside the JobManager, until it has submitted its job.
     *
     * @return the id of the job
     */
    public String run(String jar, JarRun run) throws FlinkException {
        ObjectNode body = JSON.createObjectNode()
                .put("entryClass", run.entryClass())
                .put("parallelism", run.parallelism())
                .put("savepointPath", run.restoreFrom());
        run.arguments().forEach(body.withArray("programArgsList")::add);
        run.configuration().forEach(body.withObject("flinkConfiguration")::put);
        return call.post("run " + run.entryClass(), "/jars/" + encoded(jar) + "/run", body)
                .path("jobid")
                .asText();
    }

    /** All jobs that the cluster remembers, the newest first, without their vertices. */
    public List<FlinkJob> jobs() throws FlinkException {
        List<FlinkJob> jobs = new ArrayList<>();
        call.get("list the jobs", "/jobs/overview").path("jobs").forEach(json -> jobs.add(job(json, List.of())));
        jobs.sort(Comparator.comparingLong(FlinkJob::startMillis).reversed());
        return jobs;
    }

    /** The newest job of a name; one that is not over comes before those that are. */
    public Optional<FlinkJob> find(String name) throws FlinkException {
        return jobs().stream()
                .filter(job -> job.name().equals(name))
                .min(Comparator.comparing(FlinkJob::isOver)); // stable: the newest of each kind stays first
    }

    /** A job with its vertices. */
    public FlinkJob job(String id) throws FlinkException {
        JsonNode json = call.get("look at job " + id, "/jobs/" + id);
        List<FlinkJob.Vertex> vertices = new ArrayList<>();
        json.path("vertices")
                .forEach(vertex -> vertices.add(new FlinkJob.Vertex(
                        vertex.path("id").asText(),
                        vertex.path("name").asText(),
                        vertex.path("parallelism").asInt(),
                        vertex.path("maxParallelism").asInt(),
                        vertex.path("status").asText())));
        return job(json, vertices);
    }

    /** Asks a job to end as it is, at once. Its newest checkpoint stays. */
    public void cancel(String id) throws FlinkException {
        call.patch("cancel job " + id, "/jobs/" + id + "?mode=cancel");
    }

    /**
     * Stops a job with a savepoint. Never drains: a job that is stopped goes on later. Asks again when it fails and the
     * job runs on, {@value #ATTEMPTS} times at most: Flink refuses while a task is only starting, and an event
     * that a coordinator sends to a task just as that ends for the savepoint counts as lost, by which the stop fails.
     * Then either all tasks start anew, or they had all ended: the job is over, finished or failed, and all of it is in the savepoint.
     *
     * @param folder where the savepoint goes, as Flink sees it
     * @param limit how long all of it may take
     * @return where the savepoint is
     * @throws NotDoneException when it may still come
     */
    public String stopWithSavepoint(String id, String folder, Duration limit) throws FlinkException {
        long end = System.nanoTime() + limit.toNanos();
        Optional<String> before = savepointIn(folder, id);
        for (int attempt = 1; ; attempt++) {
            try {
                return stopOnce(id, folder, until(end));
            } catch (FlinkException failed) {
                FlinkJob job = afterFailure(id, end, failed);
                if (job.isOver()) {
                    return savepointIn(folder, id)
                            .filter(savepoint -> !before.equals(Optional.of(savepoint)))
                            .orElseThrow(() -> failed);
                }
                if (attempt == ATTEMPTS || failed instanceof NotDoneException) {
                    throw failed;
                }
            }
        }
    }

    /** How a job is when it runs or is over after it failed to stop. */
    private FlinkJob afterFailure(String id, long end, FlinkException failed) throws FlinkException {
        waiting.pause(BEFORE_ASKING_AGAIN); // what the REST API shows of the job may be from before the failure
        try {
            return await(id, job -> job.isRunning() || job.isOver(), until(end)).orElseThrow(() -> failed);
        } catch (FlinkException gone) {
            if (gone != failed) {
                failed.addSuppressed(gone);
            }
            throw failed;
        }
    }

    private Optional<String> savepointIn(String folder, String id) throws FlinkException {
        String path = checkpoints(id).path("savepoint").path("external_path").asText();
        String parent = URI.create(folder).getPath();
        return path.isEmpty() || !URI.create(path).getPath().startsWith(parent) ? Optional.empty() : Optional.of(path);
    }

    private String stopOnce(String id, String folder, Duration limit) throws FlinkException {
        ObjectNode body = JSON.createObjectNode().put("targetDirectory", folder).put("drain", false);
        String what = "stop job " + id + " with a savepoint";
        JsonNode trigger = call.post(what, "/jobs/" + id + "/stop", body);
        String request =
                "/jobs/" + id + "/savepoints/" + trigger.path("request-id").asText();
        return outcome(what, request, limit)
                .orElseThrow(() -> notDone(what, limit))
                .path("location")
                .asText();
    }

    private static Duration until(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /**
     * Takes a checkpoint now and waits for it, so that a new parallelism need not wait for the next one. Asks again,
     * {@value #ATTEMPTS} times at most: when it fails, as Flink refuses while a task is only starting; and when none is
     * under way and yet it is not done, as Flink can forget one that was asked for just as the job began anew.
     *
     * @return its number
     */
    public long checkpoint(String id, Duration limit) throws FlinkException {
        String what = "take a checkpoint of job " + id;
        long end = System.nanoTime() + limit.toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                return checkpointOnce(what, id, limit, end).path("checkpointId").asLong();
            } catch (FlinkException failed) {
                if (attempt == ATTEMPTS || System.nanoTime() >= end) {
                    throw failed;
                }
                waiting.pause(BEFORE_ASKING_AGAIN);
            }
        }
    }

    private JsonNode checkpointOnce(String what, String id, Duration all, long end) throws FlinkException {
        JsonNode trigger = call.post(what, "/jobs/" + id + "/checkpoints", JSON.createObjectNode());
        String request =
                "/jobs/" + id + "/checkpoints/" + trigger.path("request-id").asText();
        while (true) {
            Duration left = until(end);
            Duration limit = left.compareTo(UNTIL_FORGOTTEN) < 0 ? left : UNTIL_FORGOTTEN;
            Optional<JsonNode> done = outcome(what, request, limit);
            if (done.isPresent()) {
                return done.get();
            }
            if (until(end).isZero()) {
                throw notDone(what, all);
            }
            if (!isUnderWay(id)) {
                throw notDone(what, limit);
            }
        }
    }

    private boolean isUnderWay(String id) throws FlinkException {
        return call.get("list the checkpoints of job " + id, "/jobs/" + id + "/checkpoints")
                        .path("counts")
                        .path("in_progress")
                        .asInt()
                > 0;
    }

    /** Where the newest completed checkpoint or savepoint of a job is, as Flink sees it. */
    public Optional<String> newestCheckpoint(String id) throws FlinkException {
        JsonNode latest = checkpoints(id);
        return Stream.of(latest.path("completed"), latest.path("savepoint"))
                .filter(checkpoint -> checkpoint.hasNonNull("external_path"))
                .max(Comparator.comparingLong(
                        checkpoint -> checkpoint.path("id").asLong()))
                .map(checkpoint -> checkpoint.path("external_path").asText());
    }

    private JsonNode checkpoints(String id) throws FlinkException {
        return call.get("list the checkpoints of job " + id, "/jobs/" + id + "/checkpoints")
                .path("latest");
    }

    /** The bounds of each vertex of a job, by its id; for the adaptive scheduler only. */
    public Map<String, ParallelismBounds> bounds(String id) throws FlinkException {
        Map<String, ParallelismBounds> bounds = new LinkedHashMap<>();
        call.get("read the parallelism of job " + id, "/jobs/" + id + "/resource-requirements")
                .properties()
                .forEach(entry -> {
                    JsonNode parallelism = entry.getValue().path("parallelism");
                    bounds.put(
                            entry.getKey(),
                            new ParallelismBounds(
                                    parallelism.path("lowerBound").asInt(),
                                    parallelism.path("upperBound").asInt()));
                });
        return bounds;
    }

    /**
     * Changes the bounds of a running job, all vertices at once. The job follows with its next checkpoint, as far as
     * there are slots.
     *
     * @throws FlinkException also when the job's scheduler is not adaptive, and says so
     */
    public void scale(String id, Map<String, ParallelismBounds> bounds) throws FlinkException {
        FlinkJob job = job(id);
        if (!job.isAdaptive()) {
            throw new FlinkException(
                    "Cannot scale job " + id + " while it runs: its scheduler is " + job.scheduler()
                            + ", not adaptive. Set jobmanager.scheduler: adaptive in Flink, or stop the job and start it anew.",
                    0,
                    null);
        }
        ObjectNode body = JSON.createObjectNode();
        bounds.forEach((vertex, bound) -> body.putObject(vertex)
                .putObject("parallelism")
                .put("lowerBound", bound.lower())
                .put("upperBound", bound.upper()));
        call.put("scale job " + id, "/jobs/" + id + "/resource-requirements", body);
    }

    /** Why a job failed last, or is failing; empty when it never did. */
    public Optional<String> rootCause(String id) throws FlinkException {
        JsonNode history = call.get("read the failures of job " + id, "/jobs/" + id + "/exceptions")
                .path("exceptionHistory")
                .path("entries");
        return Optional.of(history.path(0).path("stacktrace").asText(""))
                .filter(trace -> !trace.isEmpty())
                .map(StackTraceText::rootCause);
    }

    /** The TaskManagers that are there. */
    public List<TaskManager> taskManagers() throws FlinkException {
        List<TaskManager> all = new ArrayList<>();
        call.get("list the TaskManagers", "/taskmanagers")
                .path("taskmanagers")
                .forEach(json -> all.add(new TaskManager(
                        json.path("id").asText(),
                        json.path("slotsNumber").asInt(),
                        json.path("freeSlots").asInt())));
        return all;
    }

    /**
     * Waits until a job is in a state.
     *
     * @return the job, in that state; empty when the limit passed first
     */
    public Optional<FlinkJob> await(String id, Predicate<FlinkJob> wanted, Duration limit) throws FlinkException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            FlinkJob job = job(id);
            if (wanted.test(job)) {
                return Optional.of(job);
            }
            if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
                return Optional.empty();
            }
            waiting.pause(BETWEEN_LOOKS);
        }
    }

    /** What became of what was asked for; empty when that is not known yet. */
    private Optional<JsonNode> outcome(String what, String request, Duration limit) throws FlinkException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode answer = call.get(what, request);
            if (answer.path("status").path("id").asText().equals("COMPLETED")) {
                return Optional.of(succeeded(what, answer.path("operation")));
            }
            if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
                return Optional.empty();
            }
            waiting.pause(BETWEEN_LOOKS);
        }
    }

    private FlinkException notDone(String what, Duration limit) {
        return new NotDoneException("Cannot " + what + ": Flink at " + call.address() + " was not done after "
                + limit.toSeconds() + " s. It may still finish; look at its web page.");
    }

    /** Flink calls the failure of a checkpoint otherwise than that of a savepoint. */
    private JsonNode succeeded(String what, JsonNode operation) throws FlinkException {
        JsonNode failure = operation.path(operation.hasNonNull("failureCause") ? "failureCause" : "failure-cause");
        if (failure.isMissingNode() || failure.isNull()) {
            return operation;
        }
        String reason = StackTraceText.rootCause(
                failure.path("stack-trace").asText(failure.path("class").asText()));
        throw new FlinkException("Cannot " + what + ": " + reason, 0, null);
    }

    private static FlinkJob job(JsonNode json, List<FlinkJob.Vertex> vertices) {
        return new FlinkJob(
                json.path("jid").asText(),
                json.path("name").asText(),
                json.path("state").asText(),
                json.path("schedulerType").asText(""),
                json.path("start-time").asLong(),
                vertices);
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
