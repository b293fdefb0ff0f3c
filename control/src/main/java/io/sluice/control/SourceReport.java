package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.LeftOut;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import java.util.ArrayList;
import java.util.List;

/** Shows to people what became of sources that are not stored, or in part. */
final class SourceReport {

    private SourceReport() {}

    static void print(JsonNode status, Output output) {
        List<String> notRebuilt = new ArrayList<>();
        for (JsonNode index : status.path("indices")) {
            JsonNode source = index.path("source");
            if (source.path("rebuilt").asBoolean()) {
                print(index, source, output);
            } else if (source.isObject()) {
                notRebuilt.add("%s (%s)"
                        .formatted(
                                index.path("name").asText(),
                                source.path("stored").asText()));
            }
        }
        boolean isLeftOut = status.at("/documents/left_out").has(LeftOut.NOT_STORED);
        if (isLeftOut && !notRebuilt.isEmpty()) {
            output.line(
                    "the sources of " + String.join(", ", notRebuilt)
                            + " are not stored, or in part. With backfill.rebuild_source: true they are rebuilt from stored fields and doc values.");
        }
    }

    private static void print(JsonNode index, JsonNode source, Output output) {
        output.line("rebuilt: the sources of %s documents of %s, whose mapping has them %s"
                .formatted(
                        Numbers.grouped(index.path("rebuilt").asLong()),
                        index.path("name").asText(),
                        source.path("stored").asText()));
        print("lost", source.path("lost"), output);
        print("approximate", source.path("approximate"), output);
    }

    private static void print(String what, JsonNode byReason, Output output) {
        byReason.properties().forEach(reason -> {
            List<String> paths = new ArrayList<>();
            reason.getValue().forEach(path -> paths.add(path.asText()));
            output.line("  %s: %s (%s)".formatted(what, String.join(", ", paths), reason.getKey()));
        });
    }
}
