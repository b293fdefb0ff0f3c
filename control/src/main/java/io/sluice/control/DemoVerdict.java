package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import io.sluice.testkit.DocumentComparison;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the demo found out on its way, and what follows. */
final class DemoVerdict {

    private @Nullable DemoWriters writers;
    private @Nullable DemoReads reads;
    private @Nullable DemoCapture capture;
    private JsonNode backfill = MissingNode.getInstance();
    private JsonNode replay = MissingNode.getInstance();
    private JsonNode verification = MissingNode.getInstance();
    private boolean isVerified;
    private List<DocumentComparison> comparisons = List.of();

    /** What clients did; it counts when they have ended. */
    void sent(DemoWriters written, DemoReads read) {
        writers = written;
        reads = read;
    }

    void carried(JsonNode status) {
        backfill = status;
    }

    void replayed(JsonNode status) {
        replay = status;
    }

    void verified(boolean equal, JsonNode report) {
        isVerified = equal;
        verification = report;
    }

    void compared(List<DocumentComparison> ofEachIndex) {
        comparisons = List.copyOf(ofEachIndex);
    }

    void captured(DemoCapture whole) {
        capture = whole;
    }

    /** Whether everything agrees: both sides, the product's own word, what clients were told, and the capture. */
    boolean isEqual() {
        DemoCapture captured = Objects.requireNonNull(capture);
        return !comparisons.isEmpty()
                && comparisons.stream().allMatch(DocumentComparison::isEqual)
                && isVerified
                && Objects.requireNonNull(writers).failed() == 0
                && Objects.requireNonNull(reads).failed() == 0
                && captured.problems().isEmpty()
                && captured.documents() == sum(DocumentComparison::source);
    }

    /** Prints all of it, once. */
    void tell(Output output, ObjectNode seconds) {
        Table table = new Table("index", "source", "target", "missing", "extra", "different");
        for (DocumentComparison index : comparisons) {
            table.row(index.index(), index.source(), index.target(), index.missing(), index.extra(), index.different());
            index.examples().forEach(example -> output.line(index.index() + ": " + example));
        }
        DemoCapture captured = Objects.requireNonNull(capture);
        captured.problems().forEach(problem -> output.line("capture: " + problem));
        output.table(table);
        output.line("verdict: %s (%s documents, %.0f s)"
                .formatted(
                        isEqual() ? "equal" : "DIFFERENT",
                        Numbers.grouped(sum(DocumentComparison::source)),
                        seconds.path("total").asDouble()));
        output.document(document(seconds, captured));
    }

    private ObjectNode document(ObjectNode seconds, DemoCapture captured) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("verdict", isEqual() ? "equal" : "different");
        ObjectNode documents = document.putObject("documents");
        documents.put("source", sum(DocumentComparison::source));
        documents.put("target", sum(DocumentComparison::target));
        documents.put("missing", sum(DocumentComparison::missing));
        documents.put("extra", sum(DocumentComparison::extra));
        documents.put("different", sum(DocumentComparison::different));
        for (DocumentComparison index : comparisons) {
            ObjectNode line = document.withArray("indices").addObject();
            line.put("name", index.index()).put("source", index.source()).put("target", index.target());
            line.put("missing", index.missing()).put("extra", index.extra()).put("different", index.different());
            index.examples().forEach(line.withArray("examples")::add);
        }
        document.set("seconds", seconds);
        document.set("backfill", backfill.path("documents"));
        document.set("replay", replay.path("exchanges"));
        document.putObject("verify").put("verdict", verification.path("verdict").asText());
        Objects.requireNonNull(writers).describe(document, Objects.requireNonNull(reads));
        captured.describe(document);
        return document;
    }

    private long sum(ToLongFunction<DocumentComparison> count) {
        return comparisons.stream().mapToLong(count).sum();
    }
}
