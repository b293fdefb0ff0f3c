package io.sluice.testkit;

import java.util.concurrent.atomic.LongAdder;

/** The running numbers behind {@link SinkCounts}, written by all event loops once per bulk. */
final class SinkCounters {

    private final LongAdder bulks = new LongAdder();
    private final LongAdder documents = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    void bulk(long itsDocuments, long itsBytes) {
        bulks.increment();
        documents.add(itsDocuments);
        bytes.add(itsBytes);
    }

    void reset() {
        bulks.reset();
        documents.reset();
        bytes.reset();
    }

    SinkCounts snapshot() {
        return new SinkCounts(bulks.sum(), documents.sum(), bytes.sum());
    }
}
