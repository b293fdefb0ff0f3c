package io.sluice.replay.account;

import io.sluice.replay.account.AccountRecord.Compared;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.wire.Text;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of an exchange, until all of it is settled. Outcomes may come before what they belong to is told. */
final class Unsettled {

    private static final int NOT_TOLD = -1;

    /** Of the items that the target lacks, so many are named. */
    static final int MOST_FAILURES = 10;

    /** What is as it should be, and is only counted. */
    private static final String NOT_SAMPLED = "read_not_sampled";

    private final EnumMap<Verdict, Integer> items = new EnumMap<>(Verdict.class);
    private final List<Failure> failures = new ArrayList<>(0);
    private int outcomes;
    private int steps = NOT_TOLD;
    private Verdict worst = Verdict.APPLIED;
    private String rule = "";
    private About about = About.NOTHING;
    private boolean sweeps;
    private @Nullable Answered answered;

    void seen(Seen seen) {
        steps = seen.steps();
        sweeps = seen.sweeps();
        about = seen.about();
        seen.settled().forEach(this::judge);
    }

    void outcome(Outcome outcome) {
        outcomes++;
        judge(outcome.ruled());
        if (outcome.failure() != null && failures.size() < MOST_FAILURES) {
            failures.add(outcome.failure());
        }
    }

    void compared(Compared compared) {
        outcomes++;
        judge(compared.ruled());
        Answered next = compared.answered();
        boolean isWorse = next == null || (answered != null && next.result().compareTo(answered.result()) > 0);
        if (outcomes == 1 || isWorse) { // one request may close several cursors
            answered = next;
        }
    }

    private void judge(Ruled ruled) {
        items.merge(ruled.verdict(), 1, Integer::sum);
        if (ruled.verdict().compareTo(worst) >= 0) {
            worst = ruled.verdict();
            rule = ruled.rule();
        }
    }

    boolean isSettled() {
        return outcomes == steps;
    }

    /** Whether all its steps are sweeps. */
    boolean sweeps() {
        return sweeps;
    }

    /** Whether something was to be done at the target. */
    boolean hasSteps() {
        return outcomes > 0;
    }

    /** How many items of it ended how. */
    Map<Verdict, Integer> items() {
        return items;
    }

    List<Failure> failures() {
        return failures;
    }

    Verdict worst() {
        return worst;
    }

    String rule() {
        return rule;
    }

    About about() {
        return about;
    }

    @Nullable
    Answered answered() {
        return answered;
    }

    Result result() {
        return answered == null ? Result.of(worst) : answered.result();
    }

    /**
     * Whether somebody may want to look at it: not at what was done plainly, was not to be done, or gave the same answer; nor at
     * reads that the sample left out.
     */
    boolean isNotable() {
        return switch (result()) {
            case APPLIED, SUPERSEDED -> !rule.isEmpty();
            case IN_SNAPSHOT, REFUSED_AT_SOURCE, EQUAL -> false;
            case SKIPPED -> !rule.equals(NOT_SAMPLED);
            case UNKNOWN, FAILED, DIFFERENT, SAW_UNFINISHED_WRITES, TARGET_FAILED -> true;
        };
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(items.size());
        for (Map.Entry<Verdict, Integer> count : items.entrySet()) {
            out.writeUTF(count.getKey().name());
            out.writeInt(count.getValue());
        }
        out.writeInt(failures.size());
        for (Failure failure : failures) {
            failure.writeTo(out);
        }
        out.writeInt(outcomes);
        out.writeInt(steps);
        out.writeBoolean(sweeps);
        out.writeUTF(worst.name());
        Text.write(rule, out);
        about.writeTo(out);
        out.writeBoolean(answered != null);
        if (answered != null) {
            answered.writeTo(out);
        }
    }

    static Unsettled readFrom(DataInput in) throws IOException {
        Unsettled exchange = new Unsettled();
        for (int verdicts = in.readInt(); verdicts > 0; verdicts--) {
            exchange.items.put(Verdict.valueOf(in.readUTF()), in.readInt());
        }
        for (int left = in.readInt(); left > 0; left--) {
            exchange.failures.add(Failure.readFrom(in));
        }
        exchange.outcomes = in.readInt();
        exchange.steps = in.readInt();
        exchange.sweeps = in.readBoolean();
        exchange.worst = Verdict.valueOf(in.readUTF());
        exchange.rule = Text.read(in);
        exchange.about = About.readFrom(in);
        exchange.answered = in.readBoolean() ? Answered.readFrom(in) : null;
        return exchange;
    }
}
