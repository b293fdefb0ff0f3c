package io.sluice.cluster;

/**
 * One index in a cluster's list.
 *
 * @param health {@code green}, {@code yellow} or {@code red}; empty where the cluster does not say
 * @param status {@code open} or {@code close}
 * @param documents Lucene documents of the primaries, nested ones counted too; {@link #UNKNOWN} for a closed index
 * @param bytes size of the primaries; {@link #UNKNOWN} for a closed index
 */
public record IndexLine(String name, String uuid, String health, String status, long documents, long bytes) {

    /** Where the cluster tells no number. */
    public static final long UNKNOWN = -1;
}
