package io.sluice.testkit;

import java.util.concurrent.atomic.LongAdder;

/** The running numbers behind {@link RelayCounts}, written by all event loops. */
final class RelayCounters {

    final LongAdder connections = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder passed = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder appliedThenRefused = new LongAdder();
    final LongAdder delayed = new LongAdder();
    final LongAdder cutAnswers = new LongAdder();
    final LongAdder cutRequests = new LongAdder();
    final LongAdder broken = new LongAdder();

    RelayCounts snapshot() {
        return new RelayCounts(
                connections.sum(),
                requests.sum(),
                passed.sum(),
                refused.sum(),
                appliedThenRefused.sum(),
                delayed.sum(),
                cutAnswers.sum(),
                cutRequests.sum(),
                broken.sum());
    }
}
