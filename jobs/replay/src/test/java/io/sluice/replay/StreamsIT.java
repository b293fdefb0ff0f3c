package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.replay.rewrite.ChangedRules;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import io.sluice.transform.DataStreams;
import io.sluice.transform.IndexNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data streams of real sources: at the target every index of theirs is there under its name, with the same documents. */
class StreamsIT {

    private static final String TIME = "\"@timestamp\":\"2026-12-01T00:00:00Z\"";

    private static KafkaProcess kafka;

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
        Servers.wipe(target);
        bed = CaptureBed.on(kafka, folder);
    }

    @AfterEach
    void end() throws Exception {
        bed.end();
    }

    @Test
    void ofOpenSearch1() throws Exception {
        assume(Distributions.OS_1_3_20);
        URI source = SharedServers.of(Distributions.OS_1_3_20).endpoint();
        Servers.wipe(source);
        replay(source, IndexNames.ALL.with(new DataStreams(Map.of(), false)), client -> {
            write(client, source, "events");
            makeAndDelete(client);
            byQuery(client, "events");
        });
        assertSame(source, Set.of("events", "events-2026.11.30", "made", "again"));
        Servers.wipe(source);
    }

    /** A server of its own: a bare one has no call that deletes a stream, so nobody could wipe it. */
    @Test
    void ofElasticsearch8() throws Exception {
        assume(Distributions.ES_8_19_21);
        ServerSetup setup = ServerSetup.of(Distributions.ES_8_19_21).withHeapMegabytes(512);
        try (ServerProcess server = ServerProcess.start(setup)) {
            URI source = server.endpoint();
            replay(
                    source,
                    IndexNames.ALL.with(new DataStreams(Map.of(), true)),
                    client -> write(client, source, "events"));
            assertSame(source, Set.of("events", "events-2026.11.30"));
        }
    }

    private static void assume(Distribution distribution) {
        Assumptions.assumeTrue(
                distribution.obstacle().isEmpty(), () -> distribution.obstacle().orElse(""));
    }

    private interface Writing {
        void by(CapturedClient client) throws Exception;
    }

    private void replay(URI source, IndexNames names, Writing writing) throws Exception {
        RewriteRules rules = ChangedRules.withNames(names);
        try (RunningReplay replay = bed.replay(Rewriting.by(rules), source, target);
                CapturedClient client = bed.client(source, 1)) {
            done(client, "PUT", "/_index_template/streams", """
                    {"index_patterns":["events*","made*","gone*","again*"],"data_stream":{},
                    "template":{"settings":{"number_of_replicas":0},"mappings":{"properties":{"n":{"type":"long"}}}}}""");
            writing.by(client);
            Instant end = Instant.now();
            JsonNode status = replay.await(now -> isBehind(now, end));
            assertThat(status.at("/exchanges/failed").asInt()).as("%s", status).isZero();
            assertThat(status.at("/exchanges/unknown").asInt()).as("%s", status).isZero();
            assertThat(status.at("/not_captured/unchecked").toString())
                    .as("%s", status)
                    .doesNotContain("own, by its name");
        }
    }

    /** Each way to write to a stream and its indices, through two rollovers, of which the capture has one. */
    private static void write(CapturedClient client, URI source, String stream) throws Exception {
        String first = done(client, "POST", "/" + stream + "/_doc", document(0))
                .path("_index")
                .asText();
        done(client, "PUT", "/" + stream + "/_mapping", "{\"properties\":{\"updated\":{\"type\":\"boolean\"}}}");
        done(client, "PUT", "/" + stream + "/_create/1", document(1));
        assertThat(client.write("PUT", "/" + stream + "/_create/1", document(11))
                        .status())
                .isEqualTo(409);
        done(client, "POST", "/_bulk", """
                {"create":{"_index":"%1$s","_id":"2"}}
                %2$s
                {"create":{"_index":"%1$s","_id":"3"}}
                %3$s
                {"create":{"_index":"%1$s","_id":"1"}}
                %3$s
                {"create":{"_index":"%1$s"}}
                %4$s
                """.formatted(stream, document(2), document(3), document(4)));
        done(client, "POST", "/" + stream + "/_rollover", "");
        String second = done(client, "PUT", "/" + stream + "/_create/1", document(5))
                .path("_index")
                .asText();
        assertThat(second).isNotEqualTo(first);
        JsonNode found = Servers.succeed(source, "GET", "/" + first + "/_doc/2", "");
        String condition = "if_seq_no=%d&if_primary_term=%d"
                .formatted(
                        found.path("_seq_no").asLong(),
                        found.path("_primary_term").asLong());
        done(client, "PUT", "/" + first + "/_doc/2?" + condition, document(6));
        assertThat(client.write("PUT", "/" + first + "/_doc/2?" + condition, document(7))
                        .status())
                .isEqualTo(409);
        JsonNode third = Servers.succeed(source, "GET", "/" + first + "/_doc/3", "");
        done(
                client,
                "DELETE",
                "/%s/_doc/3?if_seq_no=%d&if_primary_term=%d"
                        .formatted(
                                first,
                                third.path("_seq_no").asLong(),
                                third.path("_primary_term").asLong()),
                "");
        done(client, "POST", "/" + first + "/_update/1", "{\"doc\":{\"updated\":true}}");
        Servers.succeed(source, "POST", "/" + stream + "/_rollover", "");
        done(client, "POST", "/" + stream + "/_doc", document(8));
        done(client, "PUT", "/" + stream + "-2026.11.30/_create/1", document(9));
        done(client, "POST", "/" + stream + "-2026.11.30/_rollover", "");
    }

    /** A stream that stays empty, one that goes, one of which another begins with the same name, and one that is made anew. */
    private static void makeAndDelete(CapturedClient client) throws Exception {
        done(client, "PUT", "/_data_stream/made", "");
        done(client, "PUT", "/_data_stream/gone", "");
        done(client, "PUT", "/gone/_create/1", document(1));
        done(client, "PUT", "/gone-2026.11.30/_create/1", document(1));
        done(client, "DELETE", "/_data_stream/gone", "");
        client.write("DELETE", "/_data_stream/gone", ""); // found by OpenSearch 1, whatever is there
        done(client, "DELETE", "/_data_stream/gone-*", "");
        for (int i = 0; i < 3; i++) {
            done(client, "PUT", "/again/_create/%d".formatted(i), document(i));
        }
        done(client, "POST", "/again/_rollover", "");
        done(client, "DELETE", "/_data_stream/again", "");
        done(client, "PUT", "/again/_create/new", document(9));
    }

    private static void byQuery(CapturedClient client, String stream) throws Exception {
        done(client, "POST", "/" + stream + "/_refresh", "");
        done(client, "POST", "/" + stream + "/_delete_by_query?refresh=true", "{\"query\":{\"term\":{\"n\":8}}}");
        done(client, "POST", "/" + stream + "/_update_by_query?refresh=true", "{\"query\":{\"term\":{\"n\":5}}}");
    }

    private static String document(int n) {
        return "{%s,\"n\":%d}".formatted(TIME, n);
    }

    private void assertSame(URI source, Set<String> streams) throws Exception {
        Set<String> indices = streamIndices(source);
        assertThat(streamIndices(target)).isEqualTo(indices);
        for (String index : indices) {
            assertThat(DocumentComparison.of(source, target, index)).matches(DocumentComparison::isEqual);
            JsonNode made = Servers.succeed(target, "GET", "/" + index, "").path(index);
            assertThat(made.at("/settings/index/hidden").asText()).isEqualTo("true");
            assertThat(made.path("data_stream").isMissingNode()).isTrue();
        }
        Set<String> left = new HashSet<>(indices);
        for (String stream : streams) {
            Set<String> behind = indicesOf(source, stream);
            assertThat(behind).isNotEmpty();
            left.removeAll(behind);
            JsonNode alias = Servers.succeed(target, "GET", "/_alias/" + stream, "");
            assertThat(names(alias)).isEqualTo(behind);
            assertThat(behind.stream()
                            .filter(index -> alias.path(index)
                                    .path("aliases")
                                    .path(stream)
                                    .path("is_write_index")
                                    .asBoolean()))
                    .containsExactly(List.copyOf(behind).get(behind.size() - 1));
            assertThat(count(target, stream)).isEqualTo(count(source, stream));
        }
        assertThat(left).isEmpty();
        JsonNode template =
                Servers.succeed(target, "GET", "/_index_template/streams", "").at("/index_templates/0/index_template");
        assertThat(template.has("data_stream")).isFalse();
        assertThat(template.at("/_meta/sluice/data_stream").isObject()).isTrue();
        assertThat(Servers.succeed(target, "GET", "/_data_stream", "").path("data_streams"))
                .isEmpty();
    }

    private static long count(URI cluster, String stream) throws IOException {
        Servers.succeed(cluster, "POST", "/" + stream + "/_refresh", "");
        return Servers.succeed(cluster, "GET", "/" + stream + "/_count", "")
                .path("count")
                .asLong();
    }

    private static Set<String> indicesOf(URI source, String stream) throws IOException {
        return names(Servers.succeed(source, "GET", "/" + stream + "/_settings", ""));
    }

    private static Set<String> streamIndices(URI cluster) throws IOException {
        Set<String> all = names(Servers.succeed(cluster, "GET", "/_all/_settings?expand_wildcards=all", ""));
        all.removeIf(index -> !index.startsWith(".ds-"));
        return all;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode done(CapturedClient client, String method, String path, String body) throws Exception {
        Answer answer = client.write(method, path, body);
        assertThat(answer.status() / 100).as("%s %s: %s", method, path, answer).isEqualTo(2);
        return answer.json();
    }

    private static boolean isBehind(JsonNode status, Instant end) {
        return status.path("replayed_until").isTextual()
                && Instant.parse(status.get("replayed_until").asText()).isAfter(end);
    }
}
