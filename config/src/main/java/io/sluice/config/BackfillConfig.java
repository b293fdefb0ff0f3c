package io.sluice.config;

/**
 * How the documents of a snapshot are carried.
 *
 * @param parallelism how many subtasks read and write
 */
public record BackfillConfig(int parallelism, Rate rate, BulkConfig bulk) {

    static BackfillConfig read(Fields in) {
        in.reserved(
                "query", "nothing yet", "", "a backfill of a part of an index is not possible yet. Take the key away.");
        return new BackfillConfig(
                in.value("parallelism", ValueType.integer(1, MigrationConfig.MAX_PARALLELISM), 4),
                in.value("rate", ValueType.RATE, Rate.UNLIMITED),
                in.section("bulk", BulkConfig::read));
    }

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
