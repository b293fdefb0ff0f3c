package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.source.FencedWrite;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.DocumentRules;
import io.sluice.verify.VerifyPlan.Alone;
import io.sluice.verify.VerifyPlan.Unread;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {

    private static final DocumentKey KEY = new DocumentKey("books", "1", null);
    private static final Seen SEEN = new Seen(1, 1, false, 1, "books", null);

    private static VerifySpec spec(List<Alone> missing) {
        Part part = new Part(0, List.of(new Part.Shard("books", 0, 10)), List.of(new Part.Shard("books", 0, 10)), 3, 3);
        VerifyPlan plan = new VerifyPlan(
                List.of(part), List.of(), missing, List.of(), List.of(), Paging.SCROLL, Paging.SCROLL, true);
        return spec(plan);
    }

    private static VerifySpec spec(VerifyPlan plan) {
        ClusterAddress nowhere =
                new ClusterAddress(URI.create("http://localhost"), new Credentials.None(), TlsSettings.DEFAULT);
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
        ByteString source = ByteString.copyFromUtf8("{}");
        FencedWrite write = new FencedWrite("books", "books", null, "1", null, 7, source);
        SourceAnswer answer = new SourceAnswer.Present(SEEN, source, write);
        return new Mending.Difference(suspect, answer, TargetLook.Found.NOTHING, List.of());
    }

    @Test
    void aPartThatWasReadTwiceCountsOnce() {
        Account account = new Account();
        account.take(tally(0, 3));
        account.take(tally(0, 3));
        account.take(tally(1, 2));

        ObjectNode report = account.report(spec(List.of()), List.of());
        assertThat(report.at("/documents/source").asLong()).isEqualTo(5);
        assertThat(report.at("/documents/equal").asLong()).isEqualTo(5);
        assertThat(report.path("verdict").asText()).isEqualTo("equal");
    }

    @Test
    void whatIsMissingIsNotEqualUnlessItWasMended() {
        Account account = new Account();
        account.take(tally(0, 3));
        account.take(Outcome.of(missing(), null));
        ObjectNode report = account.report(spec(List.of()), List.of());
        assertThat(report.at("/documents/equal").asLong()).isEqualTo(2);
        assertThat(report.at("/documents/missing").asLong()).isEqualTo(1);
        assertThat(report.path("verdict").asText()).isEqualTo("different");

        Account mended = new Account();
        mended.take(tally(0, 3));
        mended.take(Outcome.of(missing(), ""));
        report = mended.report(spec(List.of()), List.of());
        assertThat(report.at("/documents/repaired").asLong()).isEqualTo(1);
        assertThat(report.at("/documents/missing").asLong()).isZero();
        assertThat(report.at("/documents/equal").asLong()).isEqualTo(3);
        assertThat(report.at("/indices/0/repaired_as/missing").asLong()).isEqualTo(1);
        assertThat(report.path("verdict").asText()).isEqualTo("equal");
    }

    @Test
    void whatIsNotSettledIsNotEqual() {
        Account account = new Account();
        account.take(tally(0, 3));
        account.take(Outcome.notSettled(KEY, SEEN, ""));

        ObjectNode report = account.report(spec(List.of()), List.of());
        assertThat(report.at("/documents/equal").asLong()).isEqualTo(2);
        assertThat(report.at("/documents/not_settled").asLong()).isEqualTo(1);
        assertThat(report.path("verdict").asText()).isEqualTo("different");
    }

    @Test
    void anEmptyIndexThatIsNotThereIsADifferenceToo() {
        ObjectNode report = new Account().report(spec(List.of(new Alone("lost", 0))), List.of());

        assertThat(report.path("verdict").asText()).isEqualTo("different");
    }

    @Test
    void whatCannotBeComparedThoughItOughtToBeIsNotEqual() {
        VerifyPlan plan = new VerifyPlan(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Unread("shut", VerifyPlan.CLOSED_AT_TARGET)),
                Paging.SCROLL,
                Paging.SCROLL,
                true);
        assertThat(new Account().report(spec(plan), List.of()).path("verdict").asText())
                .isEqualTo("incomplete");

        ObjectNode changed = new Account().report(spec(List.of()), List.of("books"));
        assertThat(changed.path("verdict").asText()).isEqualTo("incomplete");
        assertThat(changed.path("changed_indices").toString()).isEqualTo("[\"books\"]");
    }

    @Test
    void itGoesOnFromItsImage() {
        Account before = new Account();
        before.take(tally(0, 3));
        before.take(Outcome.of(missing(), null));
        before.take(Outcome.equalAgain(4));
        Account after = new Account();
        after.restore(before.image());

        assertThat(after.report(spec(List.of()), List.of()))
                .hasToString(before.report(spec(List.of()), List.of()).toString());
    }
}
