package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.LeftOut;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;

/** Shows the status of a backfill to people, and judges it. */
final class BackfillReport {

    private BackfillReport() {}

    /** How many documents have an outcome. */
    static long settled(JsonNode status) {
        JsonNode documents = status.path("documents");
        return documents.path("carried").asLong()
                + documents.path("superseded").asLong()
                + documents.path("failed").asLong()
                + leftOut(status);
    }

    static long leftOut(JsonNode status) {
        long sum = 0;
        for (JsonNode rule : status.at("/documents/left_out")) {
            sum += rule.asLong();
        }
        return sum;
    }

    /** Whether something of the snapshot is not on the target. */
    static boolean hasLosses(JsonNode status) {
        return status.at("/documents/failed").asLong() > 0
                || hasUnwishedOmissions(status)
                || !status.path("failed_shards").isEmpty()
                || !status.path("refused_indices").isEmpty()
                || hasGoneIndices(status);
    }

    private static boolean hasGoneIndices(JsonNode status) {
        for (JsonNode index : status.path("gone_indices")) {
            if (!index.path("deleted").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasUnwishedOmissions(JsonNode status) {
        return status.at("/documents/left_out").properties().stream()
                .anyMatch(rule -> rule.getValue().asLong() > 0 && !LeftOut.isWished(rule.getKey()));
    }

    private static void printSince(JsonNode status, Output output) {
        if (!status.has("since")) {
            return;
        }
        output.line("since %s: %s of the documents carried are deletes"
                .formatted(
                        status.path("since").asText(),
                        Numbers.grouped(status.at("/documents/deletes/carried").asLong())));
        for (JsonNode index : status.path("indices")) {
            if (index.path("whole").asBoolean()) {
                output.line("carried as a whole: " + index.path("name").asText());
            }
        }
        for (JsonNode index : status.path("gone_indices")) {
            output.line("%s is not in the snapshot any more: its target index %s %s"
                    .formatted(
                            index.path("name").asText(),
                            index.path("target").asText(),
                            index.path("deleted").asBoolean()
                                    ? "was deleted"
                                    : "stays; --delete-gone-indices deletes it"));
        }
    }

    static void print(JsonNode status, Output output) {
        Table table = new Table("index", "documents", "carried", "superseded", "left out", "failed", "complete");
        for (JsonNode index : status.path("indices")) {
            table.row(
                    index.path("name").asText(),
                    index.path("documents").asLong(),
                    index.path("carried").asLong(),
                    index.path("superseded").asLong(),
                    index.path("left_out").asLong(),
                    index.path("failed").asLong(),
                    index.path("complete").asBoolean() ? "yes" : "no");
        }
        output.table(table);
        printTargets(status, output);
        status.at("/documents/left_out")
                .properties()
                .forEach(rule -> output.line("left out by rule " + rule.getKey() + ": "
                        + Numbers.grouped(rule.getValue().asLong())));
        printSince(status, output);
        SourceReport.print(status, output);
        for (JsonNode shard : status.path("failed_shards")) {
            output.line("%s[%d] failed: %s"
                    .formatted(
                            shard.path("index").asText(),
                            shard.path("shard").asInt(),
                            shard.path("reason").asText()));
            for (JsonNode suspect : shard.path("suspect")) {
                output.line("  suspect: %s documents were carried of segment %s, Lucene documents %d to %d"
                        .formatted(
                                Numbers.grouped(suspect.path("documents").asLong()),
                                suspect.path("segment").asText(),
                                suspect.path("from").asInt(),
                                suspect.path("to").asInt()));
            }
        }
        for (JsonNode index : status.path("refused_indices")) {
            output.line("refused: " + index.path("reason").asText());
        }
        for (JsonNode reason : status.path("waiting_for")) {
            output.line("waiting: " + reason.asText());
        }
        if (status.has("reason")) {
            output.line("reason: " + status.path("reason").asText());
        }
        output.line("%s: %s of %s documents settled, %s/s"
                .formatted(
                        status.path("state").asText(),
                        Numbers.grouped(settled(status)),
                        Numbers.grouped(status.at("/documents/in_snapshot").asLong()),
                        Numbers.grouped(status.path("rate").asLong())));
    }

    /** Where the documents of an index are, if not simply in one under their ids. */
    private static void printTargets(JsonNode status, Output output) {
        for (JsonNode index : status.path("indices")) {
            String name = index.path("name").asText();
            index.path("targets")
                    .properties()
                    .forEach(target -> output.line("%s: type %s is in %s"
                            .formatted(name, target.getKey(), target.getValue().asText())));
            if (index.has("ids")) {
                output.line("%s: ids are %s".formatted(name, index.path("ids").asText()));
            }
            if (index.has("shards")) {
                output.line("%s: %d shards on the target, %d in the source"
                        .formatted(
                                name,
                                index.at("/shards/target").asInt(),
                                index.at("/shards/source").asInt()));
            }
        }
    }
}
