package io.sluice.snapshot;

/** Is told of the operation that each live document of a segment came with. */
@FunctionalInterface
public interface OperationVisitor {

    /**
     * Takes one document.
     *
     * @param document its Lucene number
     * @param seqNo {@code _seq_no}, or −1 where it has none
     * @param term {@code _primary_term}, or −1 where it has none: nested children share the rest
     */
    void visit(int document, long seqNo, long term);
}
