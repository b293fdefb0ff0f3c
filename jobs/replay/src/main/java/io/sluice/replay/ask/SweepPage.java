package io.sluice.replay.ask;

import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.rewrite.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of what comes of a sweep.
 *
 * @param writes fenced
 * @param worst of what cannot or need not be written; null when there is no such thing
 * @param asked how many documents the source was asked for
 * @param last whether that was all
 */
public record SweepPage(List<Step.Write> writes, @Nullable Ruled worst, int asked, boolean last) {
    public SweepPage {
        writes = List.copyOf(writes);
    }
}
