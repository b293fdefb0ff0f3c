package io.sluice.replay.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Progress;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.wire.ExchangeRef;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartitionAccountTest {

    private static final Ruled APPLIED = new Ruled(Verdict.APPLIED, "");
    private static final Ruled FAILED = new Ruled(Verdict.FAILED, "mapper_parsing_exception");

    private final PartitionAccount account = new PartitionAccount(3);

    private static ExchangeRef at(long stamp) {
        return new ExchangeRef(3, stamp, new UUID(1, 2), 1, stamp);
    }

    @Test
    void anExchangeCountsByItsWorstItemWhicheverComesFirst() {
        account.take(new Outcome(at(10), FAILED));
        account.take(new Seen(at(10), 2, List.of(new Ruled(Verdict.SKIPPED, "security")), false));
        assertThat(account.report().exchanges().held()).isEqualTo(1);

        account.take(new Outcome(at(10), APPLIED));

        AccountReport report = account.report();
        assertThat(report.exchanges().settled(Verdict.FAILED)).isEqualTo(1);
        assertThat(report.exchanges().held()).isZero();
        assertThat(report.items().captured()).isEqualTo(3);
        assertThat(report.items().skipped()).containsEntry("security", 1L);
        assertThat(report.items().held()).isZero();
    }

    @Test
    void confirmedIsHeldBackByWhatIsNotSettledAndByWhatIsOpen() {
        account.take(new Seen(at(10), 1, List.of(), false));
        account.take(new Seen(at(20), 1, List.of(), false));
        account.take(new Progress(3, 100, 90));
        assertThat(account.confirmed()).isEqualTo(10);

        account.take(new Outcome(at(20), APPLIED));
        assertThat(account.confirmed()).isEqualTo(10);

        account.take(new Outcome(at(10), APPLIED));
        assertThat(account.confirmed()).isEqualTo(90);
    }

    @Test
    void whatASweepWaitsForIsAllButSweepsAlsoAfterACheckpoint() throws IOException {
        account.take(new Seen(at(10), 1, List.of(), true));
        account.take(new Seen(at(20), 1, List.of(), false));
        account.take(new Progress(3, 100, 90));
        PartitionAccount restored = PartitionAccount.of(account.toBytes());
        assertThat(restored.report().settled()).isEqualTo(20);

        restored.take(new Outcome(at(20), APPLIED));

        assertThat(restored.report().settled()).isEqualTo(90);
        assertThat(restored.report().confirmed()).isEqualTo(10);
    }

    @Test
    void goesOnFromACheckpointWithoutCountingTwice() throws IOException {
        account.take(new Seen(at(10), 2, List.of(), false));
        account.take(new Outcome(at(10), APPLIED));
        account.take(new Progress(3, 100, 100));

        PartitionAccount restored = PartitionAccount.of(account.toBytes());
        restored.take(new Outcome(at(10), new Ruled(Verdict.SUPERSEDED, "")));

        assertThat(restored.partition()).isEqualTo(3);
        assertThat(restored.confirmed()).isEqualTo(100);
        assertThat(restored.report().exchanges().settled(Verdict.SUPERSEDED)).isEqualTo(1);
        assertThat(restored.report().items().settled(Verdict.APPLIED)).isEqualTo(1);
        assertThat(restored.report().items().held()).isZero();
    }
}
