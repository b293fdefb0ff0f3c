package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real clients send and real sources answer, rewritten and done at a real target: the documents are the same, whatever
 * the order in which the writes arrive, and how often.
 */
class RewriteIT {

    private static final int ROUNDS = 2;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI target = SharedServers.openSearch2().endpoint();

    static Stream<Distribution> sources() {
        return Stream.of(Distributions.ES_6_8_23, Distributions.ES_8_19_21);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void theTargetHasTheSourcesDocuments(Distribution distribution) throws Exception {
        URI source = SharedServers.of(distribution).endpoint();
        Servers.wipe(source);
        Servers.wipe(target);
        boolean isTyped = distribution == Distributions.ES_6_8_23;
        List<Rewritten> all = new ArrayList<>();
        Rewriter rewriter = new Rewriter(RewriteRules.DEFAULT);
        for (Exchanges exchange : requests(isTyped)) {
            all.add(rewriter.rewrite(sent(source, exchange).captured()));
        }
        Servers.succeed(source, "POST", "/_refresh", "");

        for (Rewritten rewritten : all) {
            for (Step step : rewritten.steps()) {
                if (step instanceof Step.Call call) {
                    Servers.succeed(
                            target, call.method(), call.target(), call.body().toStringUtf8());
                }
            }
        }
        Random random = new Random(distribution.hashCode());
        List<Step> steps = new ArrayList<>();
        all.forEach(rewritten -> steps.addAll(rewritten.steps()));
        for (int round = 0; round < ROUNDS; round++) {
            Collections.shuffle(steps, random);
            for (Step step : steps) {
                apply(step, source);
            }
        }

        Servers.succeed(target, "POST", "/_refresh", "");
        assertThat(documents(target)).isEqualTo(documents(source)).hasSize(13);
        assertThat(all.stream().flatMap(rewritten -> rewritten.settled().stream()))
                .extracting(settled -> settled.kind() + " " + settled.rule())
                .containsOnly(
                        "REFUSED_AT_SOURCE refused_conflict",
                        "REFUSED_AT_SOURCE refused",
                        "REFUSED_AT_SOURCE noop",
                        "SKIPPED upkeep");
        assertThat(steps.stream().filter(Step.Ask.class::isInstance)).hasSize(5);
    }

    private static List<Exchanges> requests(boolean isTyped) throws IOException {
        String type = isTyped ? "event" : "_doc";
        String mapping = "{\"properties\":{\"a\":{\"type\":\"long\"},\"n\":{\"type\":\"object\",\"enabled\":false}}}";
        String update = isTyped ? "POST /logs/event/1/_update" : "POST /logs/_update/1";
        String create = isTyped ? "PUT /logs/event/1/_create" : "PUT /logs/_create/1";
        String typeField = isTyped ? ",\"_type\":\"event\"" : "";
        List<Exchanges> requests = new ArrayList<>(List.of(
                json(
                        "PUT /logs",
                        "{\"settings\":{\"number_of_shards\":1},\"mappings\":"
                                + (isTyped ? "{\"event\":" + mapping + "}" : mapping) + "}"),
                json("PUT /logs/%s/1".formatted(type), "{\n \"a\": 1,\n \"n\": {\"x\": 1.10}\n}"),
                json("PUT /logs/%s/a%%2Fb+%%C3%%A9?refresh=true".formatted(type), "{\"a\":12}"),
                json("PUT /logs/%s/2?routing=x".formatted(type), "{\"a\":2}"),
                json("POST /logs/%s".formatted(type), "{\"a\":3}"),
                json("PUT /logs/%s/1".formatted(type), "{\"a\":11}"),
                json(create, "{\"a\":0}"),
                json("DELETE /logs/%s/2?routing=x".formatted(type), ""),
                json("DELETE /logs/%s/never".formatted(type), ""),
                json("PUT /logs/%s/2?routing=x".formatted(type), "{\"a\":22}"),
                json(update, "{\"doc\":{\"c\":1.50}}"),
                json(update, "{\"doc\":{\"c\":1.50}}"),
                json("PUT /logs/%s/bad".formatted(type), "{\"a\":\"no number\"}"),
                json(
                        "POST /_aliases",
                        "{\"actions\":[{\"add\":{\"index\":\"logs\",\"alias\":\"routed\",\"routing\":\"zz\"}}]}"),
                json("PUT /routed/%s/5".formatted(type), "{\"a\":5}"),
                json("PUT /auto/%s/1".formatted(type), "{\"a\":6}"),
                json("POST /_refresh", "")));
        String bulk = bulk(typeField);
        requests.add(
                json("POST /_bulk", bulk).withBodies("Content-Encoding: gzip\r\n", gzipped(bulk), "", new byte[0]));
        String smile = """
                {"index":{"_index":"logs","_id":"s1"%s}}
                {"a":31}
                {"delete":{"_index":"logs","_id":"b2"%s}}
                """.formatted(typeField, typeField);
        requests.add(json("POST /_bulk", "")
                .withBodies("Content-Type: application/smile\r\n", smile(smile), "", new byte[0]));
        requests.add(json(
                        "POST /_bulk?filter_path=errors,items.*.status",
                        "{\"index\":{\"_index\":\"logs\",\"_id\":\"f1\"%s}}\n{\"a\":41}\n".formatted(typeField))
                .stripped());
        return requests;
    }

    private static String bulk(String typeField) {
        return """
                {"index":{"_index":"logs","_id":"b1"%1$s}}
                {"a" : 21 }
                {"create":{"_index":"logs","_id":"b2"%1$s}}
                {"a":22}
                {"create":{"_index":"logs","_id":"b1"%1$s}}
                {"a":23}
                {"index":{"_index":"auto"%1$s}}
                {"a":24}
                {"delete":{"_index":"logs","_id":"b1"%1$s}}
                {"index":{"_index":"logs","_id":"b1"%1$s,"routing":"q"}}
                {"a":25}
                {"index":{"_index":"logs","_id":"b3"%1$s}}
                {"a":"none"}
                {"update":{"_index":"logs","_id":"b4"%1$s}}
                {"doc":{"a":26},"doc_as_upsert":true}
                {"index":{"_index":"routed","_id":"b5"%1$s}}
                {"a":27}
                {"index":{"_index":"auto","_id":"b6"%1$s}}
                {"a":28}
                """.formatted(typeField);
    }

    private static Exchanges json(String line, String body) {
        return Exchanges.of(line, body, 0, "");
    }

    /** The same exchange, with the answer of the source. */
    private static Exchanges sent(URI source, Exchanges exchange) throws Exception {
        String[] line = exchange.requestLine().split(" ", 2);
        byte[] body = exchange.body().toByteArray();
        HttpRequest.Builder request = HttpRequest.newBuilder(source.resolve(line[1]))
                .method(line[0], body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .header("Accept-Encoding", "gzip");
        boolean isBulk = line[1].contains("_bulk");
        String contentType = isBulk ? "application/x-ndjson" : "application/json";
        for (String header : exchange.requestHeaders().split("\r\n", -1)) {
            if (header.startsWith("Content-Type")) {
                contentType = header.substring(header.indexOf(' ') + 1);
            } else if (!header.isEmpty()) {
                request.header(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(' ') + 1));
            }
        }
        if (body.length > 0) {
            request.header("Content-Type", contentType);
        }
        HttpResponse<byte[]> answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
        StringBuilder headers = new StringBuilder();
        answer.headers()
                .map()
                .forEach((name, values) -> values.forEach(
                        value -> headers.append(name).append(": ").append(value).append("\r\n")));
        Exchanges whole = Exchanges.of(exchange.requestLine(), "", answer.statusCode(), "")
                .withBodies(exchange.requestHeaders(), body, headers.toString(), answer.body());
        return exchange.isStripped() ? whole.stripped() : whole;
    }

    private void apply(Step step, URI source) throws IOException {
        if (step instanceof Step.Write write) {
            String document = write.source() == null ? null : write.source().toStringUtf8();
            write(write.index(), write.id(), write.routing(), write.fence(), document);
        } else if (step instanceof Step.Ask ask) {
            String query = "{\"query\":{\"ids\":{\"values\":[%s]}}}".formatted(quoted(ask.id()));
            JsonNode hits = Servers.succeed(
                            source, "POST", "/%s/_search?seq_no_primary_term=true".formatted(ask.sourceIndex()), query)
                    .at("/hits/hits");
            assertThat(hits).as(ask.toString()).hasSize(1);
            JsonNode hit = hits.get(0);
            String routing = hit.has("_routing") ? hit.get("_routing").asText() : null;
            write(
                    hit.get("_index").asText(),
                    ask.id(),
                    routing,
                    hit.get("_seq_no").asLong(),
                    hit.get("_source").toString());
        }
    }

    private static String quoted(String text) throws IOException {
        return new ObjectMapper().writeValueAsString(text);
    }

    private void write(String index, String id, String routing, long fence, String document) throws IOException {
        String path = "/%s/_doc/%s?version_type=external_gte&version=%d%s"
                .formatted(
                        index,
                        Target.encoded(id),
                        fence,
                        routing == null ? "" : "&routing=" + URLEncoder.encode(routing, UTF_8));
        Answer answer =
                document == null ? Servers.call(target, "DELETE", path) : Servers.call(target, "PUT", path, document);
        boolean isAccepted = answer.isOk() || answer.status() == 409 || (document == null && answer.status() == 404);
        assertThat(isAccepted).as("%s: %s", path, answer.body()).isTrue();
    }

    private static TreeSet<String> documents(URI server) throws IOException {
        JsonNode hits = Servers.succeed(server, "POST", "/logs,auto/_search?size=1000", "{}")
                .at("/hits/hits");
        TreeSet<String> documents = new TreeSet<>();
        for (JsonNode hit : hits) {
            documents.add(hit.get("_index").asText() + "/" + hit.get("_id").asText() + "?"
                    + hit.path("_routing").asText("") + " " + hit.get("_source"));
        }
        assertThat(documents).hasSameSizeAs(hits);
        return documents;
    }

    private static byte[] gzipped(String text) throws IOException {
        return DocumentRewriteTest.gzipped(text.getBytes(UTF_8));
    }

    private static byte[] smile(String lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String line : lines.lines().toList()) {
            Map<?, ?> tree = new ObjectMapper().readValue(line, Map.class);
            out.write(new ObjectMapper(new SmileFactory()).writeValueAsBytes(tree));
            out.write(0xff);
        }
        return out.toByteArray();
    }
}
