package io.sluice.capture.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.wire.Record;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContractCheckerTest {

    private static final Records A = new Records(new UUID(0, 1), 10);
    private static final Records A_AGAIN = new Records(new UUID(0, 1), 100);
    private static final Records B = new Records(new UUID(0, 2), 20);

    private final ContractChecker checker = new ContractChecker();

    private CheckReport check(Record... records) {
        for (int offset = 0; offset < records.length; offset++) {
            checker.record(0, offset, Records.key(records[offset]), records[offset].toByteArray());
        }
        return checker.report();
    }

    private static void assertViolation(CheckReport report, String what) {
        assertThat(report.holds()).isFalse();
        assertThat(report.violations()).singleElement().asString().contains(what);
    }

    @Test
    void aCaptureThatKeepsItsContractHolds() {
        CheckReport report = check(
                A.hello(11, 0),
                A.beat(12),
                A.request(12, 1, 0, false),
                A.beat(13),
                A.request(13, 1, 1, true),
                B.hello(21, 0),
                A.request(12, 1, 0, false),
                A.answer(22, 1, 0, true),
                B.beat(23, A),
                A.goodbye(24),
                A.goodbye(24));

        assertThat(report.violations()).isEmpty();
        assertThat(report.records()).isEqualTo(11);
        assertThat(report.repeats()).isEqualTo(2);
        assertThat(report.fragments()).isEqualTo(3);
        assertThat(report.heartbeats()).isEqualTo(3);
        assertThat(report.exchanges()).isEqualTo(1);
        assertThat(report.openExchanges()).isZero();
    }

    @Test
    void aHeartbeatMustBeTrue() {
        assertViolation(
                check(A.hello(11, 0), A.beat(13), A.request(12, 1, 0, true)),
                "comes after its heartbeat 13, which was not true");
    }

    @Test
    void aRepeatBelowAHeartbeatIsNoLie() {
        assertThat(check(A.hello(11, 0), A.request(12, 1, 0, true), A.beat(13), A.request(12, 1, 0, true))
                        .holds())
                .isTrue();
    }

    @Test
    void stampsMustGrow() {
        assertViolation(
                check(A.hello(11, 0), A.request(14, 1, 0, true), A.request(13, 2, 0, true)), "stands behind 14");
    }

    @Test
    void fragmentsMustHaveNoGap() {
        assertViolation(
                check(A.hello(11, 0), A.request(12, 1, 0, false), A.request(13, 1, 2, true)),
                "has fragment 2 where 1 is next");
    }

    @Test
    void nothingComesAfterTheLastFragment() {
        assertViolation(
                check(A.hello(11, 0), A.request(12, 1, 0, true), A.request(13, 1, 1, true)),
                "goes on after its last fragment");
    }

    @Test
    void aConnectionLiesInOnePartition() {
        check(A.hello(11, 0), A.request(12, 1, 0, true));
        checker.record(1, 0, Records.key(A.hello(13, 0)), A.hello(13, 0).toByteArray());
        Record elsewhere = A.answer(14, 1, 0, true);
        checker.record(1, 1, Records.key(elsewhere), elsewhere.toByteArray());

        assertViolation(checker.report(), "lies in partition 0 too");
    }

    @Test
    void aHelloComesFirst() {
        assertViolation(check(A.request(12, 1, 0, true), A.request(13, 2, 0, true)), "did not say hello");
    }

    @Test
    void aHelloStandsAboveTheHeartbeatsInForce() {
        assertViolation(
                check(A.hello(11, 0), A.beat(30), B.hello(25, 0), B.request(40, 1, 0, true)), "did not say hello");
    }

    @Test
    void aHelloThatWasOvertakenIsSaidAgain() {
        assertThat(check(A.hello(11, 0), A.beat(30), B.hello(25, 0), B.hello(35, 0), B.request(40, 1, 0, true))
                        .holds())
                .isTrue();
    }

    @Test
    void goodbyeIsTheEnd() {
        assertViolation(check(A.hello(11, 0), A.goodbye(12), A.request(13, 1, 0, true)), "although it said goodbye");
    }

    @Test
    void theNextRunEndsTheOneBefore() {
        assertViolation(
                check(A.hello(11, 0), A_AGAIN.hello(101, 10), A.request(103, 1, 0, true)),
                "although it was replaced by incarnation 100");
    }

    @Test
    void whatIsNoRecordIsNamed() {
        checker.record(3, 7, null, new byte[] {1, 2, 3});

        assertViolation(checker.report(), "partition 3, offset 7: Expected a record of the capture");
    }
}
