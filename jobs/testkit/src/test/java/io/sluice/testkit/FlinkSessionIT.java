package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkSessionIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @Test
    void runsAnUploadedJobThroughTheSigkillOfATaskManager(@TempDir Path folder) throws Exception {
        FlinkSetup setup = FlinkSetup.of(2).withConfiguration(Map.of("restart-strategy.type", "fixed-delay"));
        try (FlinkSession session = FlinkSession.start(setup)) {
            List<TaskManager> before = session.taskManagers();
            assertThat(Servers.succeed(session.rest(), "GET", "/overview", "")
                            .path("slots-total")
                            .asInt())
                    .isEqualTo(4);
            String job = run(session, jarOf(TrivialJob.class, folder), 3);
            String checkpoints = "/jobs/" + job + "/checkpoints";
            session.await(checkpoints, statistics -> completed(statistics) > 0, TIMEOUT);

            session.kill(0);
            TaskManager added = session.addTaskManager();

            assertThat(ProcessHandle.of(before.get(0).pid())).isEmpty();
            assertThat(session.taskManagers()).containsExactly(before.get(1), added);
            JsonNode restored = session.await(
                    checkpoints, statistics -> statistics.at("/counts/restored").asInt() > 0, TIMEOUT);
            session.await(checkpoints, statistics -> completed(statistics) > completed(restored), TIMEOUT);
        }
    }

    @Test
    void aJobManagerThatIsKilledComesBackWhereItWasAndKnowsNoJob(@TempDir Path folder) throws Exception {
        FlinkSetup setup = FlinkSetup.of(1)
                .withConfiguration(Map.of("heartbeat.timeout", "4000", "cluster.registration.error-delay", "500 ms"));
        try (FlinkSession session = FlinkSession.start(setup)) {
            run(session, jarOf(TrivialJob.class, folder), 1);
            List<TaskManager> before = session.taskManagers();
            long pid = session.jobManagerPid();

            session.killJobManager();
            session.restartJobManager();

            assertThat(session.jobManagerPid()).isNotEqualTo(pid);
            assertThat(session.taskManagers()).isEqualTo(before);
            JsonNode overview = Servers.succeed(session.rest(), "GET", "/overview", "");
            assertThat(overview.path("slots-total").asInt()).isEqualTo(2);
            assertThat(overview.path("jobs-running").asInt()).isZero();
        }
    }

    @Test
    void saysWhyItDoesNotStart() {
        FlinkSetup wrong = FlinkSetup.of(1).withConfiguration(Map.of("jobmanager.scheduler", "no-such-scheduler"));

        assertThatThrownBy(() -> FlinkSession.start(wrong))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("the JobManager ended")
                .hasMessageContaining("no-such-scheduler");
    }

    private static int completed(JsonNode statistics) {
        return statistics.at("/counts/completed").asInt();
    }

    private static String run(FlinkSession session, byte[] jar, int parallelism) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--part\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"trivial.jar\"\r\n"
                        + "Content-Type: application/java-archive\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(jar);
        body.writeBytes("\r\n--part--\r\n".getBytes(StandardCharsets.US_ASCII));
        HttpRequest upload = HttpRequest.newBuilder(session.rest().resolve("/jars/upload"))
                .header("Content-Type", "multipart/form-data; boundary=part")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        String uploaded = HttpClient.newHttpClient()
                .send(upload, HttpResponse.BodyHandlers.ofString())
                .body();
        String id = new Answer(200, uploaded).json().path("filename").asText().replaceFirst(".*/", "");
        String how = "{\"entryClass\":\"" + TrivialJob.class.getName() + "\",\"parallelism\":" + parallelism + "}";
        return Servers.succeed(session.rest(), "POST", "/jars/" + id + "/run", how)
                .path("jobid")
                .asText();
    }

    private static byte[] jarOf(Class<?> type, Path folder) throws IOException {
        Path jar = folder.resolve("job.jar");
        String entry = type.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                InputStream in = type.getResourceAsStream("/" + entry)) {
            out.putNextEntry(new ZipEntry(entry));
            in.transferTo(out);
            out.closeEntry();
        }
        return Files.readAllBytes(jar);
    }
}
