package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.DocumentRules;
import io.sluice.verify.VerifyPlan.Alone;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {

    private static final DocumentKey KEY = new DocumentKey("books", "1", null);
    private static final Seen SEEN = new Seen(1, 1, false, 1, "books", null);

    private static VerifySpec spec(List<Alone> missing) {
        ClusterAddress nowhere =
                new ClusterAddress(URI.create("http://localhost"), new Credentials.None(), TlsSettings.DEFAULT);
        Part part = new Part(0, List.of(new Part.Shard("books", 0, 10)), List.of(new Part.Shard("books", 0, 10)), 3, 3);
        VerifyPlan plan = new VerifyPlan(
                List.of(part), List.of(), missing, List.of(), List.of(), Paging.SCROLL, Paging.SCROLL, true);
        return new VerifySpec(
                "books",
                "run",
                "state",
                plan,
                CarriedAs.DEFAULT,
                DocumentRules.NONE,
                nowhere,
                nowhere,
                1,
                false,
                0,
                Duration.ZERO);
    }

    private static String tally(int part, int documents) {
        Tally tally = new Tally();
        for (int i = 0; i < documents; i++) {
            tally.read(Side.SOURCE, "books");
            tally.read(Side.TARGET, "books");
        }
        return tally.line(part);
    }

    private static Mending.Difference missing() {
        Suspect suspect = new Suspect(KEY, new Sighting(SEEN, null));
        return new Mending.Difference(suspect, new SourceAnswer.NotComparable("source_not_stored"), null, List.of());
    }

    @Test
    void aPartThatWasReadTwiceCountsOnce() {
        Account account = new Account();
        account.take(tally(0, 3));
        account.take(tally(0, 3));
        account.take(tally(1, 2));

        ObjectNode report = account.report(spec(List.of()));
        assertThat(report.at("/documents/source").asLong()).isEqualTo(5);
        assertThat(report.at("/documents/equal").asLong()).isEqualTo(5);
        assertThat(report.path("verdict").asText()).isEqualTo("equal");
    }

    @Test
    void whatIsMissingIsNotEqualUnlessItWasMended() {
        Account account = new Account();
        account.take(tally(0, 3));
        account.take(Outcome.of(missing(), null));
        ObjectNode report = account.report(spec(List.of()));
        assertThat(report.at("/documents/equal").asLong()).isEqualTo(2);
        assertThat(report.at("/documents/missing").asLong()).isEqualTo(1);
        assertThat(report.path("verdict").asText()).isEqualTo("different");

        Account mended = new Account();
        mended.take(tally(0, 3));
        mended.take(Outcome.of(missing(), ""));
        report = mended.report(spec(List.of()));
        assertThat(report.at("/documents/repaired").asLong()).isEqualTo(1);
        assertThat(report.at("/indices/0/repaired_as/missing").asLong()).isEqualTo(1);
        assertThat(report.path("verdict").asText()).isEqualTo("equal");
    }

    @Test
    void whatIsNotSettledIsNotEqual() {
        Account account = new Account();
        account.take(tally(0, 3));
        account.take(Outcome.notSettled(KEY, SEEN, ""));

        ObjectNode report = account.report(spec(List.of()));
        assertThat(report.at("/documents/equal").asLong()).isEqualTo(2);
        assertThat(report.at("/documents/not_settled").asLong()).isEqualTo(1);
        assertThat(report.path("verdict").asText()).isEqualTo("different");
    }

    @Test
    void anEmptyIndexThatIsNotThereIsADifferenceToo() {
        ObjectNode report = new Account().report(spec(List.of(new Alone("lost", 0))));

        assertThat(report.path("verdict").asText()).isEqualTo("different");
    }

    @Test
    void itGoesOnFromItsImage() {
        Account before = new Account();
        before.take(tally(0, 3));
        before.take(Outcome.of(missing(), null));
        before.take(Outcome.equalAgain(4));
        Account after = new Account();
        after.restore(before.image());

        assertThat(after.report(spec(List.of())))
                .hasToString(before.report(spec(List.of())).toString());
    }
}
