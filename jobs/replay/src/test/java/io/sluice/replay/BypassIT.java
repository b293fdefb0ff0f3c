package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a real source behind the capture's back comes to a real target, or is named. */
class BypassIT {

    private static final int DOCUMENTS = 30;

    private static KafkaProcess kafka;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    private CaptureBed bed;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws Exception {
        kafka.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        Servers.wipe(source);
        Servers.wipe(target);
        bed = CaptureBed.on(kafka, folder);
    }

    @AfterEach
    void end() throws Exception {
        bed.end();
    }

    private void make(String index) throws Exception {
        Servers.succeed(source, "PUT", "/" + index, """
                {"settings":{"number_of_shards":3,"number_of_replicas":0},"mappings":{"properties":{"n":{"type":"long"}}}}""");
    }

    private static void done(CapturedClient client, String method, String path, String body) throws Exception {
        Answer answer = client.write(method, path, body);
        assertThat(answer.status() / 100).as("%s %s: %s", method, path, answer).isEqualTo(2);
    }

    private void fill(CapturedClient client) throws Exception {
        for (int i = 0; i < DOCUMENTS; i++) {
            String routing = i % 3 == 0 ? "?routing=r" + i % 5 : "";
            done(client, "PUT", "/books/_doc/%d%s".formatted(i, routing), "{\"n\":%d}".formatted(i));
        }
    }

    private static boolean isChecked(JsonNode status, Instant since) {
        JsonNode until = status.at("/not_captured/checked_until");
        return until.isTextual() && Instant.parse(until.asText()).isAfter(since);
    }

    /** Waits until it says that it has caught up with all that was done before now. */
    private JsonNode caughtUp(RunningReplay replay) throws Exception {
        Instant now = Instant.now();
        return replay.await(status -> status.path("caught_up").asBoolean() && isChecked(status, now));
    }

    private RunningReplay replay() throws Exception {
        return bed.replay(Rewriting.by(RewriteRules.DEFAULT), source, target);
    }

    private void assertEqual(String index, JsonNode status) throws Exception {
        Servers.succeed(source, "POST", "/" + index + "/_refresh", "");
        Servers.succeed(target, "POST", "/" + index + "/_refresh", "");
        assertThat(DocumentComparison.of(source, target, index))
                .as("%s", status)
                .matches(DocumentComparison::isEqual);
    }

    @Test
    void whatIsWrittenAndDeletedBesideTheCaptureIsFoundAndCarriedOver() throws Exception {
        make("books");
        try (RunningReplay replay = replay();
                CapturedClient client = bed.client(source, 1)) {
            fill(client);
            assertEqual("books", caughtUp(replay));

            Servers.succeed(source, "PUT", "/books/_doc/1", "{\"n\":1000}");
            Servers.succeed(source, "PUT", "/books/_doc/new", "{\"n\":1001}");
            Servers.succeed(source, "DELETE", "/books/_doc/2", "");
            Servers.succeed(source, "PUT", "/made-by-nobody/_doc/a", "{\"n\":1}");
            Servers.succeed(source, "PUT", "/hidden", "{\"settings\":{\"index.hidden\":true}}");
            Servers.succeed(source, "PUT", "/hidden/_doc/a", "{\"n\":1}");
            Servers.succeed(source, "PUT", "/closed", "{}");
            Servers.succeed(source, "POST", "/closed/_close", "");
            done(client, "PUT", "/books/_doc/3?routing=r3", "{\"n\":1002}");
            JsonNode status = caughtUp(replay);

            assertEqual("books", status);
            assertEqual("made-by-nobody", status);
            assertEqual("hidden", status);
            assertThat(status.at("/not_captured/unchecked/closed").asText()).isEqualTo("it is closed");
            assertThat(status.at("/not_captured/found").asInt()).isEqualTo(5);
        }
    }

    @Test
    void whatIsCapturedIsNeverTakenForSomethingElse() throws Exception {
        try (RunningReplay replay = replay();
                CapturedClient client = bed.client(source, 1)) {
            caughtUp(replay);
            make("books");
            fill(client);
            done(client, "POST", "/books/_update/1", "{\"doc\":{\"n\":2000}}");
            done(client, "POST", "/books/_update/1", "{\"doc\":{\"n\":2000}}"); // a noop
            done(client, "POST", "/books/_update/4", "{\"doc\":{\"n\":2001}}");
            done(client, "POST", "/books/_update/4", "{\"doc\":{\"n\":2002}}");
            client.write("DELETE", "/books/_doc/was-never-there", "");
            client.write("PUT", "/books/_doc/5?op_type=create", "{}"); // refused
            done(client, "POST", "/books/_bulk", """
                    {"index":{"_id":"b1"}}
                    {"n":1}
                    {"index":{"_id":"b2"}}
                    {"n":"no number"}
                    {"delete":{"_id":"7"}}
                    {"create":{}}
                    {"n":2}
                    """);
            assertEqual("books", caughtUp(replay));
            done(client, "DELETE", "/boo*", "");
            done(client, "PUT", "/books", "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
            fill(client);
            JsonNode status = caughtUp(replay);

            assertEqual("books", status);
            assertThat(status.at("/not_captured/found").asInt()).isZero();
        }
    }

    @Test
    void whatAQueryChangedIsNotTakenForSomethingElse() throws Exception {
        make("books");
        try (RunningReplay replay = replay();
                CapturedClient client = bed.client(source, 1)) {
            fill(client);
            caughtUp(replay);
            Servers.succeed(source, "POST", "/books/_refresh", "");
            String script = "{\"script\":{\"source\":\"ctx._source.n += 100\"}}";
            done(client, "POST", "/books/_update_by_query?refresh", script);
            done(client, "POST", "/books/_delete_by_query", "{\"query\":{\"range\":{\"n\":{\"lt\":110}}}}");
            JsonNode status = caughtUp(replay);

            assertEqual("books", status);
            assertThat(status.at("/not_captured/found").asInt()).isZero();
        }
    }

    private void restore(String index) throws Exception {
        String repository = "/_snapshot/bypass";
        String folder = SharedServers.repositoriesOf(Distributions.ES_7_10_2)
                .resolve("bypass")
                .toString();
        Servers.succeed(
                source, "PUT", repository, "{\"type\":\"fs\",\"settings\":{\"location\":\"%s\"}}".formatted(folder));
        String what = "{\"indices\":\"%s\",\"include_global_state\":false}".formatted(index);
        try {
            Servers.succeed(source, "PUT", repository + "/one?wait_for_completion=true", what);
            Servers.succeed(source, "PUT", "/%s/_doc/lost".formatted(index), "{}");
            Servers.succeed(source, "POST", "/%s/_close".formatted(index), "");
            Servers.succeed(source, "POST", repository + "/one/_restore?wait_for_completion=true", what);
            Servers.succeed(source, "PUT", "/%s/_doc/1".formatted(index), "{\"n\":1}"); // as many operations again
        } finally {
            Servers.call(source, "DELETE", repository + "/one");
            Servers.call(source, "DELETE", repository);
        }
    }

    @Test
    void anIndexThatIsMadeAnewOrRestoredOrDeletedBesideTheCaptureIsNamed() throws Exception {
        make("books");
        make("films");
        Servers.succeed(source, "PUT", "/songs", "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0}}");
        try (RunningReplay replay = replay();
                CapturedClient client = bed.client(source, 1)) {
            fill(client);
            done(client, "PUT", "/films/_doc/1", "{}");
            done(client, "PUT", "/songs/_doc/1", "{}");
            caughtUp(replay);
            Servers.succeed(source, "DELETE", "/books", "");
            Servers.succeed(source, "DELETE", "/films", "");
            make("books");
            restore("songs");
            JsonNode status =
                    replay.await(now -> now.at("/not_captured/by_hand").size() == 3);

            assertThat(status.at("/not_captured/by_hand/books").asText()).contains("must be backfilled again");
            assertThat(status.at("/not_captured/by_hand/songs").asText()).contains("has restored it");
            assertThat(status.at("/not_captured/by_hand/films").asText()).contains("must be deleted at the target");
            assertThat(status.path("caught_up").asBoolean()).isFalse();
            Servers.succeed(target, "DELETE", "/films", "");
            replay.await(now -> now.at("/not_captured/by_hand").size() == 2);
        }
    }
}
