package io.sluice.lucene9;

import java.io.IOException;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** Which documents of a segment are neither deleted nor soft-deleted; asked for in order. */
final class LiveMarks {

    private final @Nullable Bits liveDocs;
    private final @Nullable NumericDocValues softDeletes;
    private int softDeleted;

    /**
     * @param liveDocs null when nothing was deleted
     * @param softDeletes has values of documents that are soft-deleted; others have none
     */
    LiveMarks(@Nullable Bits liveDocs, @Nullable NumericDocValues softDeletes) {
        this.liveDocs = liveDocs;
        this.softDeletes = softDeletes;
        this.softDeleted = softDeletes == null ? DocIdSetIterator.NO_MORE_DOCS : -1;
    }

    boolean isLive(int document) throws IOException {
        if (liveDocs != null && !liveDocs.get(document)) {
            return false;
        }
        if (softDeletes != null && softDeleted < document) {
            softDeleted = softDeletes.advance(document);
        }
        return softDeleted != document;
    }
}
