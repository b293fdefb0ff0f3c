package io.sluice.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.TlsSettings;
import io.sluice.transform.CarriedAs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The conversation with a source whose index has three shards; its answers are fixed, to have moments that real ones seldom have. */
class SourceReadingTest {

    private static final String SETTINGS =
            "{\"books\":{\"settings\":{\"index\":{\"uuid\":\"%s\",\"number_of_shards\":\"3\"}}}}";

    /** The shard of each routing. */
    private static final Map<String, Integer> SHARDS = Map.of("0", 2, "1", 0, "2", 1, "x", 1, "id", 2);

    private final Map<String, Deque<String>> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private RawHttp http;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        http = RawHttps.open(
                new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT),
                RawHttpOptions.DEFAULT.withMaxConnections(2));
        answers("_stats", """
                {"indices":{"books":{"shards":{
                "0":[{"routing":{"primary":true},"seq_no":{"max_seq_no":10}}],
                "1":[{"routing":{"primary":true},"seq_no":{"max_seq_no":20}}],
                "2":[{"routing":{"primary":true},"seq_no":{"max_seq_no":30}}]}}}}""");
        answers("_refresh", "{}");
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    /** What is answered to a kind of request, the last one again and again. */
    private void answers(String kind, String... bodies) {
        answers.put(kind, new ArrayDeque<>(List.of(bodies)));
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        String kind = path[2];
        asked.add(kind);
        String body;
        if (kind.equals("_search_shards")) {
            String query = exchange.getRequestURI().getQuery();
            Integer shard = SHARDS.get(query.substring(query.indexOf("routing=") + "routing=".length()));
            body = "{\"shards\":[[{\"shard\":%d}]]}".formatted(shard);
        } else {
            Deque<String> left = answers.getOrDefault(kind, new ArrayDeque<>());
            body = left.size() > 1 ? left.remove() : left.peek();
        }
        byte[] bytes = (body == null ? "{\"error\":{\"type\":\"index_not_found_exception\"},\"status\":404}" : body)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Reply ask(Question question) throws Exception {
        return new SourceReading(http, CarriedAs.DEFAULT)
                .read(question.name(), List.of(question))
                .get(20, TimeUnit.SECONDS)
                .get(question);
    }

    private static Question question(String name, boolean everywhere) {
        return new Question(name, everywhere, null, "id", null);
    }

    private static String mget(String rest) {
        return "{\"docs\":[{\"_index\":\"books\",\"_id\":\"id\",%s}]}".formatted(rest);
    }

    @Test
    void aMissingDocumentIsFencedByItsOwnShard() throws Exception {
        answers("_settings", SETTINGS.formatted("u"));
        answers("_mget", mget("\"found\":false"));

        assertThat(ask(question("books", false)))
                .isEqualTo(new Reply.Documents(
                        List.of(new FencedWrite("books", "books", null, "id", null, 30, null)), null));
        assertThat(asked).containsExactly("_settings", "_stats", "_mget", "_settings", "_search_shards");
    }

    /** A copy of a shard that was not refreshed may be the one that is searched. */
    @Test
    void aRefreshThatDoesNotReachAllCopiesIsNone() {
        answers("_settings", SETTINGS.formatted("u"));
        answers("_mget", mget("\"found\":false"));
        answers("_search", "{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}");
        answers("_refresh", "{\"_shards\":{\"total\":6,\"successful\":5,\"failed\":1}}");

        assertThatThrownBy(() -> ask(new Question("books", false, true, null, "id", null)))
                .hasMessageContaining("a refresh of [books] did not reach 1 of its shards");
    }

    @Test
    void whatAPipelineHasRoutedIsFoundWhereItLies() throws Exception {
        answers("_settings", SETTINGS.formatted("u"));
        answers(
                "_search",
                "{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[{\"_index\":\"books\",\"_id\":\"id\",\"_routing\":\"x\"}]}}");
        String routed = mget("\"_routing\":\"x\",\"_seq_no\":5,\"found\":true,\"_source\":{}");
        Question question = new Question("books", false, true, null, "id", null);

        answers("_mget", mget("\"found\":false"), routed);
        assertThat(ask(question))
                .isInstanceOfSatisfying(
                        Reply.Documents.class,
                        documents -> assertThat(documents.writes())
                                .extracting(FencedWrite::routing, FencedWrite::fence, write -> write.source() == null)
                                .containsExactly(tuple(null, 30L, true), tuple("x", 5L, false)));

        asked.clear();
        answers("_mget", routed); // in the same shard, so it is found without its routing
        assertThat(ask(question))
                .isInstanceOfSatisfying(
                        Reply.Documents.class,
                        documents -> assertThat(documents.writes())
                                .extracting(FencedWrite::routing, FencedWrite::fence)
                                .containsExactly(tuple("x", 5L)));
        assertThat(asked).contains("_search").filteredOn("_mget"::equals).hasSize(1);

        asked.clear();
        answers("_mget", mget("\"_seq_no\":5,\"found\":true,\"_source\":{}"));
        ask(question);
        assertThat(asked).containsExactly("_settings", "_stats", "_mget", "_settings");
    }

    @Test
    void anIdIsTakenFromEveryShardOnWhichTheSourceDoesNotHaveIt() throws Exception {
        answers("_settings", SETTINGS.formatted("u"));
        answers(
                "_search",
                "{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[{\"_index\":\"books\",\"_id\":\"id\",\"_routing\":\"x\"}]}}");
        answers("_mget", mget("\"_routing\":\"x\",\"_seq_no\":5,\"found\":true,\"_source\":{}"));

        for (Question question : List.of(question("books", true), question("an_alias", false))) {
            assertThat(ask(question)).isInstanceOfSatisfying(Reply.Documents.class, documents -> {
                assertThat(documents.besides()).isNull();
                assertThat(documents.writes())
                        .extracting(
                                FencedWrite::index,
                                FencedWrite::routing,
                                FencedWrite::fence,
                                write -> write.source() == null)
                        .containsExactly(
                                tuple("books", "x", 5L, false),
                                tuple("books", "1", 10L, true),
                                tuple("books", "0", 30L, true));
            });
        }
    }

    @Test
    void whatIsReadWhileTheIndexIsMadeAnewIsNotBelieved() {
        answers("_settings", SETTINGS.formatted("u1"), SETTINGS.formatted("u2"));
        answers("_mget", mget("\"_seq_no\":5,\"found\":true,\"_source\":{}"));

        assertThatThrownBy(() -> ask(question("books", false))).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void anIndexThatIsGoneAndANameThatChangesItsMeaningAreSettledByRule() throws Exception {
        assertThat(ask(question("books", false)))
                .isEqualTo(new Reply.Settled(Unwritten.notNeeded("index_gone_at_source")));
        assertThat(ask(question("<books-{now/d}>", false)))
                .isEqualTo(new Reply.Settled(Unwritten.unknown("name_unclear")));
    }
}
