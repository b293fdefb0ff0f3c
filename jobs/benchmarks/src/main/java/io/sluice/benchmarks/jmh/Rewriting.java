package io.sluice.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import io.sluice.capture.read.End;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.read.Run;
import io.sluice.capture.wire.Cut;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.replay.rewrite.Rewritten;
import java.util.List;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What becomes of a captured exchange: one operation is one document of {@value #SOURCE_BYTES} bytes, alone or as an item of a bulk
 * of {@value #ITEMS}.
 */
@State(Scope.Thread)
public class Rewriting {

    /** What the figures in bytes are taken by. */
    public static final int SOURCE_BYTES = 1024;

    static final int ITEMS = 1000;

    private static final String FIELDS =
            "\"_index\":\"logs-2026.11.30\",\"_type\":\"_doc\",\"_id\":\"AXk2mX1Tq0pV9wYc3Rb7\",\"_version\":1,\"result\":\"created\","
                    + "\"_shards\":{\"total\":2,\"successful\":1,\"failed\":0},\"_seq_no\":1234567,\"_primary_term\":1";

    private final Rewriter rewriter = new Rewriter(RewriteRules.DEFAULT);
    private final CapturedExchange single = exchange("POST /logs-2026.11.30/_doc", source(), "{" + FIELDS + "}");
    private final CapturedExchange bulk = exchange("POST /_bulk", bulkBody(), bulkAnswer());

    /** A document under an id that the source gives. */
    @Benchmark
    public Rewritten single() {
        return rewriter.rewrite(single);
    }

    /** An item of a bulk. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public Rewritten bulkItem() {
        return rewriter.rewrite(bulk);
    }

    private static String source() {
        return "{\"message\":\"" + "x".repeat(SOURCE_BYTES - 14) + "\"}";
    }

    private static String bulkBody() {
        return ("{\"index\":{\"_index\":\"logs-2026.11.30\"}}\n" + source() + "\n").repeat(ITEMS);
    }

    private static String bulkAnswer() {
        String item = "{\"index\":{" + FIELDS + ",\"status\":201}}";
        return "{\"took\":9,\"errors\":false,\"items\":[" + (item + ",").repeat(ITEMS - 1) + item + "]}";
    }

    private static CapturedExchange exchange(String line, String body, String answer) {
        String requestHead = line
                + " HTTP/1.1\r\nHost: source:9200\r\nAuthorization: <redacted>\r\nUser-Agent: bench\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n";
        String answerHead =
                "HTTP/1.1 201 Created\r\nLocation: /logs\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: "
                        + answer.length() + "\r\n\r\n";
        ExchangeId id = new ExchangeId(new Run(new UUID(1, 2), 1), 1, 1);
        return new CapturedExchange(
                id, true, false, "", part(requestHead, body), part(answerHead, answer), End.ENDED, List.of());
    }

    private static CapturedPart part(String head, String body) {
        ByteString bytes = ByteString.copyFrom(body, UTF_8);
        return new CapturedPart(
                ByteString.copyFrom(head, UTF_8), bytes, ByteString.EMPTY, 1, 2, Cut.WHOLE, bytes.size(), true, true);
    }
}
