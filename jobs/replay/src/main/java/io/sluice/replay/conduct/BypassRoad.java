package io.sluice.replay.conduct;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.bypass.BypassCheck;
import io.sluice.replay.bypass.GapClosed;
import io.sluice.replay.bypass.NumbersCounted;
import io.sluice.replay.rewrite.Deletion;
import io.sluice.transform.FenceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.jspecify.annotations.Nullable;

/** The coordinator's part in finding what was not captured. Belongs to the JobMaster's main thread. */
final class BypassRoad implements BypassCheck.Road, AutoCloseable {

    private final ReplaySpec spec;
    private final Conductor conductor;
    private final BiConsumer<@Nullable Integer, OperatorEvent> teller;
    private final SourceLook look;
    private final BypassCheck check;
    private Set<Integer> senders = Set.of();

    /** @param teller tells one sender, or all of them for null */
    BypassRoad(ReplaySpec spec, Conductor conductor, BiConsumer<@Nullable Integer, OperatorEvent> teller) {
        this.spec = spec;
        this.conductor = conductor;
        this.teller = teller;
        this.check = new BypassCheck(spec.bounds().lookEvery().toMillis(), this);
        conductor.heard(check.sight());
        try {
            this.look = new SourceLook(spec);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reach the source of " + spec.jobName(), e);
        }
    }

    /** Takes what a sender says; false if it is about something else. */
    boolean heard(OperatorEvent event) {
        if (event instanceof NumbersCounted counted) {
            check.heard(counted);
        } else if (event instanceof GapClosed gap) {
            check.heard(gap);
        } else {
            return false;
        }
        return true;
    }

    /** Goes on as far as it can; not before it is known what a backfill has still to carry. */
    void go(Set<Integer> present, OpenBackfills open, BackfillLook backfill) {
        senders = present;
        look.fetch(check);
        if (!open.everything()) {
            check.go(new BypassCheck.Moment(
                    System.currentTimeMillis(),
                    conductor.settledBelow(spec.partitions()),
                    conductor.sweptBelow(spec.partitions()),
                    present,
                    open::has,
                    backfill.carried()));
        }
        conductor.heard(check.sight());
    }

    /**
     * An operation has deleted indices, and all senders are told so now: whatever they say later does not count these. Known here and not from
     * them, as what they say may be after a checkpoint of ours that theirs is behind.
     */
    void deleted(Deletion deletion) {
        check.deleted(deletion);
    }

    void sendersLeft() {
        check.sendersLeft();
    }

    byte[] image() {
        return check.image();
    }

    void restore(byte[] image) {
        check.restore(image);
    }

    @Override
    public void look(Set<String> gone) {
        look.look(gone);
    }

    @Override
    public void tellAll(OperatorEvent event) {
        teller.accept(null, event);
    }

    @Override
    public void tellOne(OperatorEvent event) {
        senders.stream().findFirst().ifPresent(sender -> teller.accept(sender, event));
    }

    @Override
    public String targetName(String index) {
        return spec.rewriting().rules().names().targetName(index);
    }

    @Override
    public boolean isFencedByNumber(String index) {
        return spec.rewriting().rules().fenceOf(index) == FenceKind.SEQ_NO;
    }

    @Override
    public boolean isOfServer(String index) {
        return spec.rewriting().rules().names().isOfServer(index);
    }

    @Override
    public void close() {
        look.close();
    }
}
