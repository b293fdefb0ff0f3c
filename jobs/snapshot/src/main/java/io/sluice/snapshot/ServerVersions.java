package io.sluice.snapshot;

/** The numbers by which servers write down their version. */
final class ServerVersions {

    /** OpenSearch sets this bit, so that its 1.0 sorts behind Elasticsearch's 7.10. */
    private static final int OPENSEARCH_BIT = 0x08000000;

    private ServerVersions() {}

    /** {@code 7100299} → {@code 7.10.2}; empty when there is no number. */
    static String ofId(int id) {
        int number = (id & OPENSEARCH_BIT) == 0 ? id : id ^ OPENSEARCH_BIT;
        return number <= 0 ? "" : "%d.%d.%d".formatted(number / 1_000_000, number / 10_000 % 100, number / 100 % 100);
    }
}
