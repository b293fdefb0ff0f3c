package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Exchanges with bytes turned, cut out, doubled and put in: each item is in one list, and nothing is thrown. */
class RewriteFuzzTest {

    private static final int ROUNDS = 10_000;
    private static final long SEED = Long.getLong("sluice.seed", 20_261_130L);

    private static final String BULK = """
            {"index":{"_index":"logs","_id":"1","routing":"r"}}
            {"a" : 1.10}
            {"delete":{"_index":"logs","_id":"3"}}
            {"update":{"_index":"logs","_id":"4"}}
            {"doc":{"a":4}}
            """;

    private static final String ITEMS = """
            {"took":3,"errors":true,"items":[
            {"index":{"_index":"logs","_id":"1","_version":1,"result":"created","_seq_no":10,"status":201}},
            {"delete":{"_index":"logs","_id":"3","_version":2,"result":"not_found","_seq_no":12,"status":404}},
            {"update":{"_index":"logs","_id":"4","_version":2,"result":"updated","_seq_no":13,"status":200}}]}
            """;

    private static final List<Exchanges> EXCHANGES = List.of(
            Exchanges.of("POST /_bulk", BULK, 200, ITEMS),
            Exchanges.of(
                    "PUT /logs/_doc/1?routing=r",
                    "{\"a\":1}",
                    201,
                    "{\"_index\":\"logs\",\"_id\":\"1\",\"_seq_no\":1}"),
            Exchanges.of(
                    "DELETE /logs/_doc/1", "", 404, "{\"_index\":\"logs\",\"_id\":\"1\",\"result\":\"not_found\"}"),
            Exchanges.of("PUT /logs/_mapping/a", "{\"a\":{\"properties\":{}}}", 200, "{\"acknowledged\":true}"),
            Exchanges.of("POST /_aliases", "{\"actions\":[{\"add\":{\"index\":\"a\",\"alias\":\"b\"}}]}", 200, "{}"),
            Exchanges.of(
                    "POST /a/_rollover", "{}", 200, "{\"rolled_over\":true,\"old_index\":\"a\",\"new_index\":\"b\"}"),
            Exchanges.of("POST /a/_delete_by_query", "{}", 200, "{\"total\":1,\"deleted\":1}"),
            Exchanges.of("PUT /a", "{\"settings\":{\"a\":{\"b\":1}},\"mappings\":{\"t\":{}}}", 200, "{}"),
            Exchanges.of("PUT /_template/a", "{\"template\":\"x\",\"mappings\":{\"t\":{}}}", 200, "{}"),
            Exchanges.of("POST /_msearch", "{\"index\":\"a\"}\n{}\n", 200, "{}"),
            Exchanges.of("GET /a,b/_search?q=1", "{}", 200, "{}"),
            Exchanges.of("GET /a/_search?scroll=1m", "{\"sort\":[\"n\"]}", 200, "{\"_scroll_id\":\"x\",\"hits\":{}}"),
            Exchanges.of(
                    "POST /_search/scroll", "{\"scroll\":\"1m\",\"scroll_id\":\"x\"}", 200, "{\"_scroll_id\":\"y\"}"),
            Exchanges.of("POST /a/_pit?keep_alive=1m", "", 200, "{\"id\":\"x\"}"),
            Exchanges.of(
                    "POST /_search",
                    "{\"pit\":{\"id\":\"x\",\"keep_alive\":\"1m\"},\"sort\":[{\"n\":\"asc\"}],\"search_after\":[1,2]}",
                    200,
                    "{\"pit_id\":\"y\",\"hits\":{\"hits\":[]}}"),
            Exchanges.of("DELETE /_search/scroll", "{\"scroll_id\":[\"x\",\"y\"]}", 200, "{\"succeeded\":true}"));

    @Test
    void everyItemIsInOneListAndNothingIsThrown() throws IOException {
        Random random = new Random(SEED);
        Rewriter rewriter = new Rewriter(RewriteRules.DEFAULT);
        for (int round = 0; round < ROUNDS; round++) {
            Exchanges mutated = mutated(EXCHANGES.get(round % EXCHANGES.size()), random);
            Rewritten rewritten = rewriter.rewrite(mutated.captured());
            List<Integer> items = Stream.concat(
                            rewritten.steps().stream().map(Step::item),
                            rewritten.settled().stream().map(Settled::item))
                    .sorted()
                    .toList();
            List<Integer> each = new ArrayList<>();
            for (int item = 0; item < Math.max(1, items.size()); item++) {
                each.add(item);
            }
            assertThat(items).as("seed %d, round %d: %s", SEED, round, mutated).isEqualTo(each);
        }
    }

    /** What is not changed in the bulk's request is never lost: the ids are those of the request or the answer. */
    @Test
    void ofABrokenAnswerEveryItemOfTheRequestIsThere() {
        Random random = new Random(SEED);
        Rewriter rewriter = new Rewriter(RewriteRules.DEFAULT);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] answer = mutated(ITEMS.getBytes(UTF_8), random);
            Rewritten rewritten = rewriter.rewrite(EXCHANGES
                    .get(0)
                    .withBodies("", BULK.getBytes(UTF_8), "", answer)
                    .captured());
            Set<Integer> items = new HashSet<>();
            rewritten.steps().forEach(step -> items.add(step.item()));
            rewritten.settled().forEach(settled -> items.add(settled.item()));
            assertThat(items).as("seed %d, round %d", SEED, round).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    private static Exchanges mutated(Exchanges exchange, Random random) throws IOException {
        byte[] body = exchange.body().toByteArray();
        byte[] answer = exchange.answer().toByteArray();
        boolean isCompressed = random.nextInt(5) == 0;
        String encoding = isCompressed ? "Content-Encoding: gzip\r\n" : "";
        if (isCompressed) {
            body = DocumentRewriteTest.gzipped(body);
            answer = DocumentRewriteTest.gzipped(answer);
        }
        if (random.nextBoolean()) {
            body = mutated(body, random);
        }
        if (random.nextBoolean()) {
            answer = mutated(answer, random);
        }
        String line = exchange.requestLine();
        if (random.nextInt(5) == 0) {
            // Printable only: a line end or a blank would end the line, and the head is the proxy's to parse.
            line = line + "/?&%=,<*_".charAt(random.nextInt(9)) + (char) ('!' + random.nextInt(90));
        }
        Exchanges mutated = new Exchanges(
                line,
                encoding,
                exchange.body(),
                random.nextInt(4) == 0 ? 200 + random.nextInt(400) : exchange.status(),
                encoding,
                exchange.answer(),
                random.nextInt(8) == 0,
                random.nextInt(8) != 0,
                random.nextInt(8) != 0,
                exchange.answerCut(),
                exchange.answered());
        return mutated.withBodies(encoding, body, encoding, answer);
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        StringBuilder text = new StringBuilder(new String(bytes, ISO_8859_1));
        for (int change = random.nextInt(4); change >= 0 && !text.isEmpty(); change--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(30));
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                default -> text.insert(at, "{}[]\":,\n\\-0".charAt(random.nextInt(11)));
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }
}
