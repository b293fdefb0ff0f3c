package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.sluice.capture.read.CaptureTopic;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CheckReport;
import io.sluice.capture.read.ContractChecker;
import io.sluice.capture.read.ExchangeAssembler;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.UnreadableRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the demo's capture holds, read back from Kafka: whether it keeps its contract, whether every write is there as a whole,
 * and how many documents the source's own captured answers say there are.
 */
final class DemoCapture implements CaptureTopic.Sink {

    private static final int MOST_OPEN = 10_000;
    private static final long MOST_BYTES = 128L << 20;
    private static final int MOST_NAMED = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ContractChecker checker = new ContractChecker();
    private final Map<Integer, PartitionReader> partitions = new HashMap<>();
    private final ExchangeAssembler assembler = new ExchangeAssembler(this::captured, MOST_BYTES);
    private final List<String> problems = new ArrayList<>();
    private long writes;
    private long reads;
    private long broken;
    private long documents;

    private DemoCapture() {}

    static DemoCapture read(Map<String, String> kafka, String topic) {
        DemoCapture capture = new DemoCapture();
        try (CaptureTopic records = new CaptureTopic(kafka, topic)) {
            records.readToEnd(capture);
        }
        CheckReport report = capture.checker.report();
        report.violations().forEach(capture::problem);
        if (report.openExchanges() > 0) {
            capture.problem(report.openExchanges() + " exchanges have no end");
        }
        return capture;
    }

    @Override
    public void record(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        checker.record(partition, offset, key, value);
        try {
            partitions
                    .computeIfAbsent(partition, number -> new PartitionReader(assembler, MOST_OPEN))
                    .read(RecordDecoder.decode(key, value));
        } catch (UnreadableRecordException named) {
            // the checker says so
        }
    }

    private void captured(CapturedExchange exchange) {
        writes += exchange.write() ? 1 : 0;
        reads += exchange.write() ? 0 : 1;
        if (!exchange.isWhole()) {
            broken++;
            problem("exchange " + exchange.id() + " is not whole: " + exchange.troubles());
        } else if (exchange.write()) {
            note(exchange.answer().body());
        }
    }

    /** The answer of a bulk has items; that of one document is like an item. */
    private void note(ByteString answer) {
        try {
            JsonNode json = JSON.readTree(answer.toByteArray());
            if (json.path("items").isArray()) {
                json.path("items").forEach(item -> item.forEach(this::noteOne));
            } else {
                noteOne(json);
            }
        } catch (IOException noJson) {
            problem("an answer to a write is no JSON: " + noJson.getMessage());
        }
    }

    /** Counted, not named: two documents may have one id, when their routings lead to different shards. */
    private void noteOne(JsonNode item) {
        switch (item.path("result").asText()) {
            case "created" -> documents++;
            case "deleted" -> documents--;
            default -> {
                // there as before, or no document: an index was made, flushed, refreshed
            }
        }
    }

    private void problem(String text) {
        if (problems.size() < MOST_NAMED) {
            problems.add(text);
        }
    }

    /** What is wrong, the first few; empty when nothing is. */
    List<String> problems() {
        return problems;
    }

    long writes() {
        return writes;
    }

    long reads() {
        return reads;
    }

    /** How many documents the captured answers say the source has. */
    long documents() {
        return documents;
    }

    void describe(ObjectNode document) {
        ObjectNode capture = document.putObject("capture");
        capture.put("writes", writes)
                .put("reads", reads)
                .put("not_whole", broken)
                .put("documents", documents);
        problems.forEach(capture.putArray("problems")::add);
    }
}
