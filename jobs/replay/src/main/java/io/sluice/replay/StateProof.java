package io.sluice.replay;

import io.sluice.replay.assemble.RawRecord;
import io.sluice.state.StateMark;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;

/** Lets everything pass, on a host that sees the migration's state folder; on another, the job ends. */
final class StateProof extends RichFilterFunction<RawRecord> {

    private static final long serialVersionUID = 1L;

    private final StateMark mark;

    StateProof(StateMark mark) {
        this.mark = mark;
    }

    @Override
    public void open(OpenContext context) throws IOException {
        mark.prove();
    }

    @Override
    public boolean filter(RawRecord record) {
        return true;
    }
}
