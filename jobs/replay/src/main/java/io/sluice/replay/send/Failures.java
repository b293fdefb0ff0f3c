package io.sluice.replay.send;

import com.google.protobuf.ByteString;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Failure;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.outcome.Redaction;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.StepItem;
import org.jspecify.annotations.Nullable;

/** Says which item the target lacks, for those who read outcome files. */
final class Failures {

    /** Longer documents are cut, in bytes. */
    private static final int LONGEST_DOCUMENT = 4 << 10;

    /** Longer reasons are cut, in bytes. */
    private static final int LONGEST_REASON = 500;

    private static final int LONGEST_RULE = 200;

    private Failures() {}

    /**
     * The name under which a refusal counts.
     *
     * @param type the error's, or empty
     */
    static String rule(int status, String type) {
        String rule = type.isEmpty() ? "status_" + status : type;
        return rule.substring(0, Math.min(rule.length(), LONGEST_RULE));
    }

    /** Null when the target lacks nothing, or nobody knows what. */
    static @Nullable Failure of(Pending step, Ruled ruled) {
        StepItem item = step.item();
        boolean lacks = ruled.verdict() == Verdict.FAILED || ruled.verdict() == Verdict.UNKNOWN;
        if (!lacks || item == null) {
            return null;
        }
        int number = item.step().item();
        String reason = Redaction.body(ByteString.copyFromUtf8(step.refusal), LONGEST_REASON);
        if (item.step() instanceof Step.Write write) {
            ByteString source = write.source();
            String document = source == null ? null : Redaction.body(source, LONGEST_DOCUMENT);
            return new Failure(number, write.index(), write.id(), reason, document);
        }
        if (item.step() instanceof Step.Ask ask) {
            return new Failure(number, ask.index(), ask.id(), reason, null);
        }
        if (item.step() instanceof Step.Sweep sweep) {
            return new Failure(number, sweep.index(), "", reason, null);
        }
        if (item.step() instanceof Step.Call call) {
            String document = Redaction.body(call.body(), LONGEST_DOCUMENT);
            String request = call.method() + " " + Redaction.target(call.target());
            return new Failure(number, "", "", reason.isEmpty() ? request : request + ": " + reason, document);
        }
        return null;
    }
}
