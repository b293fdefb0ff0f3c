package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.replay.rewrite.ChangedRules;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.testkit.Answer;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import io.sluice.transform.IndexNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scrolls and points in time of a real source, followed at a real target. */
class CursorsIT {

    private static final int DOCUMENTS = 20;
    private static final int PAGE = 7;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BY_NUMBER = "{\"size\":%d,\"sort\":[\"n\"]}".formatted(PAGE);

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    /** Documents with a number each; at the target the one in the middle of the second page may have another title. */
    private static void index(URI cluster, String name, String middle) throws IOException {
        Servers.succeed(cluster, "PUT", "/" + name, "{\"settings\":{\"number_of_shards\":3,\"number_of_replicas\":0}}");
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < DOCUMENTS; i++) {
            String title = i == PAGE + PAGE / 2 ? middle : "t";
            bulk.append("{\"index\":{\"_id\":\"%d\"}}\n{\"n\":%d,\"title\":\"%s\"}\n".formatted(i, i, title));
        }
        Servers.succeed(cluster, "POST", "/" + name + "/_bulk?refresh=true", bulk.toString());
    }

    @Test
    void aScrollIsFollowedToItsEndAndOneThatNobodyOpenedIsNamed() throws Exception {
        URI source = SharedServers.es7().endpoint();
        for (URI cluster : List.of(source, target)) {
            Servers.wipe(cluster);
        }
        index(source, "books", "t");
        index(target, "books", "another");
        int open = openContexts();
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            CaptureBed bed = CaptureBed.on(kafka, folder);
            try (RunningReplay replay = bed.replay(Rewriting.by(RewriteRules.DEFAULT), source, target);
                    CapturedClient one = bed.client(source, 1);
                    CapturedClient other = bed.client(source, 2)) {
                String id = read(one, "POST", "/books/_search?scroll=1m", BY_NUMBER)
                        .path("_scroll_id")
                        .asText();
                assertThat(page(one, id)).isEqualTo(PAGE); // different
                assertThat(page(other, id)).isEqualTo(DOCUMENTS - 2 * PAGE);
                assertThat(page(one, id)).isZero();
                read(one, "DELETE", "/_search/scroll", "{\"scroll_id\":[\"%s\"]}".formatted(id));
                // In no order, and never closed.
                String unordered = read(
                                one, "POST", "/books/_search?scroll=1m&rest_total_hits_as_int=true", "{\"size\":7}")
                        .path("_scroll_id")
                        .asText();
                read(one, "GET", "/_search/scroll/%s?scroll=1m".formatted(unordered), "");
                String uncaptured = JSON.readTree(Servers.call(source, "POST", "/books/_search?scroll=1m", BY_NUMBER)
                                .body())
                        .path("_scroll_id")
                        .asText();
                page(one, uncaptured);

                JsonNode status = settled(replay, 8);

                JsonNode exchanges = status.get("exchanges");
                assertThat(exchanges.get("compared_equal").asInt())
                        .as("%s", status)
                        .isEqualTo(6);
                assertThat(exchanges.path("compared_different").asInt()
                                + exchanges
                                        .path("compared_saw_unfinished_writes")
                                        .asInt())
                        .as("%s", status)
                        .isEqualTo(1);
                assertThat(exchanges.at("/skipped/cursor_unknown").asInt())
                        .as("%s", status)
                        .isEqualTo(1);
                assertThat(openContexts()).as("of each shard").isEqualTo(open + 3);
            } finally {
                bed.end();
            }
            assertThat(openContexts())
                    .as("the end of the job closes what is open")
                    .isEqualTo(open);
        }
    }

    /** The index has another name at the target, which is the same cluster: a point in time of the source would show the source's. */
    @Test
    void aPointInTimeIsOpenedSearchedAndClosed() throws Exception {
        Servers.wipe(target);
        index(target, "books", "t");
        index(target, "shelf", "t");
        int open = openContexts();
        IndexNames names = new IndexNames(List.of("*"), List.of(), List.of(new IndexNames.Rename("books", "shelf")));
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            CaptureBed bed = CaptureBed.on(kafka, folder);
            try (RunningReplay replay = bed.replay(Rewriting.by(ChangedRules.withNames(names)), target, target);
                    CapturedClient client = bed.client(target, 1)) {
                String id = read(client, "POST", "/books/_search/point_in_time?keep_alive=1m", "")
                        .path("pit_id")
                        .asText();
                String search =
                        "{\"size\":7,\"sort\":[{\"n\":\"asc\"}],\"pit\":{\"id\":\"%s\",\"keep_alive\":\"1m\"}%s}";
                read(client, "POST", "/_search", search.formatted(id, ""));
                settled(replay, 2);
                // What is written now is not seen by what is open.
                Servers.succeed(target, "PUT", "/shelf/_doc/new?refresh=true", "{\"n\":8}");
                JsonNode page = read(client, "POST", "/_search", search.formatted(id, ",\"search_after\":[6]"));
                assertThat(page.at("/hits/hits").size()).isEqualTo(PAGE);
                read(client, "POST", "/_search", search.formatted(id, ",\"search_after\":[13]"));
                read(client, "DELETE", "/_search/point_in_time", "{\"pit_id\":[\"%s\"]}".formatted(id));

                JsonNode status = settled(replay, 5);

                assertThat(status.at("/exchanges/compared_equal").asInt())
                        .as("%s", status)
                        .isEqualTo(5);
                assertThat(openContexts()).isEqualTo(open);
            } finally {
                bed.end();
            }
        }
    }

    /** Asks for the next page, and returns how many hits it has. */
    private static int page(CapturedClient client, String id) throws IOException {
        String body = "{\"scroll\":\"1m\",\"scroll_id\":\"%s\"}".formatted(id);
        return read(client, "POST", "/_search/scroll", body).at("/hits/hits").size();
    }

    private static JsonNode read(CapturedClient client, String method, String path, String body) throws IOException {
        Answer answer = client.read(method, path, body);
        assertThat(answer.status()).as("%s %s: %s", method, path, answer).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static JsonNode settled(RunningReplay replay, int exchanges) throws Exception {
        Instant end = Instant.now();
        return replay.await(status -> status.path("replayed_until").isTextual()
                && Instant.parse(status.get("replayed_until").asText()).isAfter(end)
                && status.at("/exchanges/captured").asInt() == exchanges
                && status.at("/exchanges/held").asInt() == 0);
    }

    /** Searches that a cluster keeps open, one for each shard. */
    private int openContexts() throws IOException {
        JsonNode nodes = JSON.readTree(
                Servers.call(target, "GET", "/_nodes/stats/indices/search", "").body());
        int open = 0;
        for (JsonNode node : nodes.path("nodes")) {
            open += node.at("/indices/search/open_contexts").asInt();
        }
        return open;
    }
}
