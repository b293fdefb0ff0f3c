package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BulkRewriteTest {

    private static final String BULK = """
            {"index":{"_index":"logs","_id":"1","routing":"r"}}
            {"a" : 1.10}
            {"create":{"_index":"logs"}}
            {"a":2}
            {"delete":{"_index":"logs","_id":"3","_routing":"s"}}

            {"update":{"_index":"logs","_id":"4"}}
            {"doc":{"a":4}}
            {"index":{"_index":"logs","_id":"5","pipeline":"p"}}
            {"a":5}
            {"index":{"_index":"logs","_id":"6"}}
            {"a":6}
            """;

    private static final String ANSWER = """
            {"took":3,"errors":true,"items":[
            {"index":{"_index":"logs","_type":"_doc","_id":"1","_version":1,"result":"created","_shards":{"total":2},"_seq_no":10,"_primary_term":1,"status":201}},
            {"create":{"_index":"logs","_type":"_doc","_id":"made","_version":1,"result":"created","_seq_no":11,"_primary_term":1,"status":201}},
            {"delete":{"_index":"logs","_type":"_doc","_id":"3","_version":2,"result":"not_found","_seq_no":12,"_primary_term":1,"status":404}},
            {"update":{"_index":"logs","_type":"_doc","_id":"4","_version":2,"result":"updated","_seq_no":13,"_primary_term":1,"status":200}},
            {"index":{"_index":"logs","_type":"_doc","_id":"5","_version":2,"result":"updated","_seq_no":14,"_primary_term":1,"status":200}},
            {"index":{"_index":"logs","_type":"_doc","_id":"6","status":400,"error":{"type":"mapper_parsing_exception","reason":"x"}}}
            ]}
            """;

    private static final String[] EXPECTED = {
        "write logs/1?r @10 {\"a\" : 1.10}",
        "write logs/made @11 {\"a\":2}",
        "delete logs/3?s @12",
        "ask logs/4 UPDATE",
        "ask logs/5 PIPELINE",
        "REFUSED_AT_SOURCE refused"
    };

    @Test
    void eachItemHasItsOwnAnswer() {
        assertThat(Exchanges.of("POST /_bulk?refresh=true", BULK, 200, ANSWER).rewritten())
                .containsExactly(EXPECTED);
        assertThat(Exchanges.of("PUT /other/_bulk", BULK.replace("\n", "\r\n"), 200, ANSWER)
                        .rewritten())
                .containsExactly(EXPECTED);
    }

    @Test
    void bulksComeInPieces() {
        assertThat(Exchanges.of("POST /_bulk", BULK, 200, ANSWER).inPieces().rewritten())
                .containsExactly(EXPECTED);
    }

    @Test
    void bulksComeCompressedAndInSmile() throws IOException {
        String gzip = "Content-Encoding: gzip\r\n";
        assertThat(Exchanges.of("POST /_bulk", "", 200, "")
                        .withBodies(
                                gzip,
                                DocumentRewriteTest.gzipped(BULK.getBytes(UTF_8)),
                                gzip,
                                DocumentRewriteTest.gzipped(ANSWER.getBytes(UTF_8)))
                        .rewritten())
                .containsExactly(EXPECTED);
        String[] printedAnew = EXPECTED.clone();
        printedAnew[0] = "write logs/1?r @10 {\"a\":1.1}";
        assertThat(Exchanges.of("POST /_bulk", "", 200, "")
                        .withBodies("", smile(BULK, 0xff), "", smile(ANSWER.replace("\n", ""), -1))
                        .rewritten())
                .containsExactly(printedAnew);
    }

    @Test
    void whatAnItemDoesNotSayThePathAndTheParametersDo() {
        String bulk = "{\"index\":{}}\n{\"a\":1}\n{\"index\":{\"_id\":\"2\",\"routing\":\"own\"}}\n{\"a\":2}\n";
        String answer = "{\"items\":[%s,%s]}".formatted(item("index", "x", 1, 201), item("index", "2", 2, 201));
        assertThat(Exchanges.of("POST /logs/event/_bulk?routing=r", bulk, 200, answer)
                        .rewritten())
                .containsExactly("write logs/x?r @1 {\"a\":1}", "write logs/2?own @2 {\"a\":2}");
        assertThat(Exchanges.of("POST /logs/_bulk?pipeline=p", bulk, 200, answer)
                        .rewritten())
                .containsExactly("ask logs/x PIPELINE", "ask logs/2?own PIPELINE");
        assertThat(Exchanges.of("POST /alias/_bulk", bulk, 200, answer).rewritten())
                .containsExactly("ask logs/x ROUTING_UNKNOWN", "write logs/2?own @2 {\"a\":2}");
    }

    @Test
    void anErrorMayNameTheIndexAsItWasAskedFor() {
        String bulk = "{\"index\":{\"_index\":\"alias\"}}\n{\"a\":1}\n".repeat(2);
        String error = item("index", "1", 1, 503).replace("\"result\":\"x\"", "\"error\":{\"type\":\"x\"}");
        assertThat(Exchanges.of(
                                "POST /_bulk",
                                bulk,
                                200,
                                "{\"items\":[" + error + "," + error.replace("logs", "alias") + "]}")
                        .rewritten())
                .containsExactly("ask logs/1 ROUTING_UNKNOWN", "ask alias~/1 UNKNOWN_OUTCOME");
    }

    @Test
    void numbersAreNamesToo() {
        String bulk = "{\"index\":{\"_id\":17,\"routing\":4.0}}\n{\"a\":1}\n";
        assertThat(Exchanges.of("POST /logs/_bulk", bulk, 200, "{\"items\":[" + item("index", "17", 1, 201) + "]}")
                        .rewritten())
                .containsExactly("write logs/17?4.0 @1 {\"a\":1}");
        assertThat(Exchanges.of("POST /logs/_bulk", bulk, 503, "").rewritten())
                .containsExactly("ask logs~/17?4.0 UNKNOWN_OUTCOME");
    }

    @Test
    void anAnswerThatDoesNotFitTellsNothing() {
        String short1 = ANSWER.replaceFirst("\\{\"create.*\n", "");
        String[] unknown = {
            "ask logs~/1?r UNKNOWN_OUTCOME",
            "UNKNOWN generated_id_unknown",
            "ask logs~/3?s UNKNOWN_OUTCOME",
            "ask logs~/4 UNKNOWN_OUTCOME",
            "ask logs~/5 UNKNOWN_OUTCOME",
            "ask logs~/6 UNKNOWN_OUTCOME"
        };
        assertThat(Exchanges.of("POST /_bulk", BULK, 200, short1).rewritten()).containsExactly(unknown);
        assertThat(Exchanges.of("POST /_bulk", BULK, 200, ANSWER.substring(0, 700))
                        .rewritten())
                .containsExactly(unknown);
        assertThat(Exchanges.of("POST /_bulk", BULK, 503, "{}").rewritten()).containsExactly(unknown);
        assertThat(Exchanges.of("POST /_bulk", BULK, 200, ANSWER).unanswered().rewritten())
                .containsExactly(unknown);
        assertThat(Exchanges.of("POST /_bulk", BULK, 200, "{\"errors\":false}")
                        .stripped()
                        .rewritten())
                .contains("ask logs~/1?r ANSWER_STRIPPED", "UNKNOWN generated_id_unknown");
        assertThat(Exchanges.of("POST /_bulk", BULK, 400, "{\"error\":{}}").rewritten())
                .hasSize(6)
                .allMatch(line -> line.equals("REFUSED_AT_SOURCE refused"));
    }

    @Test
    void ofALostRequestTheAnswerTellsTheDocuments() {
        Exchanges lost =
                Exchanges.of("POST /_bulk", BULK.substring(0, 100), 200, ANSWER).cutRequest();
        assertThat(lost.rewritten())
                .containsExactly(
                        "ask logs/1 ROUTING_UNKNOWN",
                        "ask logs/made ROUTING_UNKNOWN",
                        "ask logs/3 ROUTING_UNKNOWN",
                        "ask logs/4 ROUTING_UNKNOWN",
                        "ask logs/5 ROUTING_UNKNOWN",
                        "REFUSED_AT_SOURCE refused");
        assertThat(lost.unanswered().rewritten())
                .containsExactly("ask logs~/1?r UNKNOWN_OUTCOME", "UNKNOWN request_incomplete");
    }

    @Test
    void streamedBulksHaveARowOfAnswers() {
        String bulk = "{\"index\":{\"_id\":\"1\"}}\n{\"a\":1}\n{\"delete\":{\"_id\":\"2\"}}\n";
        String answers =
                "{\"items\":[%s]}{\"items\":[%s]}".formatted(item("index", "1", 1, 201), item("delete", "2", 2, 200));
        assertThat(Exchanges.of("POST /logs/_bulk/stream", bulk, 200, answers).rewritten())
                .containsExactly("write logs/1 @1 {\"a\":1}", "delete logs/2 @2");
    }

    private static String item(String action, String id, int seqNo, int status) {
        return "{\"%s\":{\"_index\":\"logs\",\"_id\":\"%s\",\"_version\":1,\"result\":\"x\",\"_seq_no\":%d,\"status\":%d}}"
                .formatted(action, id, seqNo, status);
    }

    private static byte[] smile(String lines, int separator) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ObjectMapper smile = new ObjectMapper(new SmileFactory());
        for (String line : lines.split("\n", -1)) {
            if (!line.isBlank()) {
                JsonNode tree = new ObjectMapper().readTree(line);
                out.write(smile.writeValueAsBytes(tree));
                if (separator >= 0) {
                    out.write(separator);
                }
            }
        }
        return out.toByteArray();
    }
}
