package io.sluice.config;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * How the documents of a snapshot are carried.
 *
 * @param parallelism how many subtasks read and write
 * @param rebuildSource whether a source that is not stored, or in part, is rebuilt from stored fields and doc values
 * @param query which documents, or null for all
 */
public record BackfillConfig(
        int parallelism,
        Rate rate,
        BulkConfig bulk,
        boolean rebuildSource,
        @Nullable Query query) {

    static BackfillConfig read(Fields in) {
        JsonNode query = in.json("query", "query");
        return new BackfillConfig(
                in.value("parallelism", ValueType.integer(1, MigrationConfig.MAX_PARALLELISM), 4),
                in.value("rate", ValueType.RATE, Rate.UNLIMITED),
                in.section("bulk", BulkConfig::read),
                in.value("rebuild_source", ValueType.FLAG, false),
                query == null ? null : new Query(in.line("query"), query.toString()));
    }

    /**
     * Chooses documents. Its form is known to whoever asks documents with it, and not checked here.
     *
     * @param line of its key in the file
     * @param json as written
     */
    public record Query(int line, String json) {}

    /**
     * The bulk requests of one subtask.
     *
     * @param maxBytes of one request, unless a single document is larger
     * @param inFlight how many requests may wait for their answer
     */
    public record BulkConfig(ByteSize maxBytes, int inFlight) {

        private static final ByteSize LEAST = ByteSize.parse("1kb");
        private static final ByteSize MOST = ByteSize.parse("100mb");

        static BulkConfig read(Fields in) {
            return new BulkConfig(
                    in.value("max_bytes", ValueType.size(LEAST, MOST), ByteSize.parse("10mb")),
                    in.value("in_flight", ValueType.integer(1, 64), 4));
        }
    }
}
