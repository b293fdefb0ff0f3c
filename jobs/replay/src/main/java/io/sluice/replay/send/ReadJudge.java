package io.sluice.replay.send;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Answered;
import io.sluice.replay.account.Result;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.compare.Comparison;
import io.sluice.replay.compare.HitLikeness;
import io.sluice.replay.compare.Judgement;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.conduct.WritesSoFar;
import io.sluice.replay.outcome.Redaction;
import io.sluice.replay.rewrite.Step;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Says how the target's answer to a read compares with the source's. May be used by any thread. */
final class ReadJudge {

    /** Longer bodies are cut, in bytes. */
    private static final int LONGEST_SHOWN = 4 << 10;

    private static final int LONGEST_REASON = 500;

    /** What was written shorter ago a search need not see: the default of {@code refresh_interval}. */
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Comparison comparison;
    private final boolean keepsBodies;

    /** @param keepsBodies whether anybody wants to read of differences */
    ReadJudge(Comparison comparison, boolean keepsBodies) {
        this.comparison = comparison;
        this.keepsBodies = keepsBodies;
    }

    /** Whether a read that is sent now need not see every write that came before it at the source. */
    boolean mayMiss(long stamp, WritesSoFar writes) {
        return writes.confirmed() < stamp || writes.newest() > stamp - REFRESH_NANOS;
    }

    /**
     * Compares.
     *
     * @param micros how long the answer took
     * @param unfinished whether the read {@linkplain #mayMiss may have missed} something
     * @param matter what of the answers counts
     */
    Answered judge(Step.Read read, RawResponse answer, long micros, boolean unfinished, Matter matter) {
        String reason = read.cursor() == null ? "" : read.cursor().reason();
        ReadAnswer target = new ReadAnswer(answer.status(), UnsafeByteOperations.unsafeWrap(answer.body()));
        Judgement judgement = reason.isEmpty()
                ? comparison.judge(read.answer(), target, unfinished, matter)
                : new Judgement(Judgement.Kind.SKIPPED, List.of(reason), HitLikeness.SAME, unfinished);
        Result result = switch (judgement.kind()) {
            case EQUAL -> Result.EQUAL;
            case DIFFERENT -> unfinished ? Result.SAW_UNFINISHED_WRITES : Result.DIFFERENT;
            case TARGET_FAILED -> Result.TARGET_FAILED;
            case SKIPPED -> Result.SKIPPED;
        };
        return answered(read, result, judgement, target, micros);
    }

    /** For a read to which no answer came. */
    Answered noAnswer(Step.Read read, String why, boolean unfinished) {
        String reason = Redaction.body(ByteString.copyFromUtf8(why), LONGEST_REASON);
        Judgement judgement = new Judgement(
                Judgement.Kind.TARGET_FAILED, List.of("no answer: " + reason), HitLikeness.SAME, unfinished);
        return answered(read, Result.TARGET_FAILED, judgement, new ReadAnswer(0, ByteString.EMPTY), -1);
    }

    private Answered answered(Step.Read read, Result result, Judgement judgement, ReadAnswer target, long micros) {
        boolean shown = keepsBodies && result != Result.EQUAL;
        return new Answered(
                result,
                target.status(),
                micros,
                judgement.sawUnfinishedWrites(),
                judgement.differences(),
                judgement.hits().overlap(),
                judgement.hits().jaccard(),
                judgement.hits().rankBiased(),
                shown ? request(read) : "",
                shown ? Redaction.body(read.answer().body(), LONGEST_SHOWN) : "",
                shown ? Redaction.body(target.body(), LONGEST_SHOWN) : "");
    }

    private static String request(Step.Read read) {
        String line = read.method() + " " + Redaction.target(read.target());
        return read.body().isEmpty() ? line : line + "\n" + Redaction.body(read.body(), LONGEST_SHOWN);
    }

    /** How it counts: what was answered was done, whatever the answer is. */
    static Ruled ruled(Answered answered) {
        return switch (answered.result()) {
            case TARGET_FAILED -> new Ruled(Verdict.SKIPPED, "read_failed_at_target");
            case SKIPPED -> new Ruled(Verdict.SKIPPED, answered.differences().get(0));
            default -> new Ruled(Verdict.APPLIED, "");
        };
    }
}
