package io.sluice.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Keeps the {@link Account}, alone, and at the end writes the report and the job's last status. */
final class AccountOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<String, Void>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private final VerifySpec spec;
    private transient Account account;
    private transient ListState<String> image;

    @SuppressWarnings("NullAway.Init") // Flink initializes the state before anything is processed
    AccountOperator(VerifySpec spec) {
        this.spec = spec;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        account = new Account();
        image = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("account", Types.STRING));
        for (String one : image.get()) {
            account.restore(one);
        }
    }

    @Override
    public void processElement(StreamRecord<String> element) {
        account.take(element.getValue());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        image.update(List.of(account.image()));
    }

    @Override
    public void endInput() throws Exception {
        StateFiles files = new StateFiles(spec.state());
        List<String> changed = new ArrayList<>();
        if (spec.source() instanceof VerifySource.Living living) {
            changed.addAll(changed(living.address(), spec.plan().atSource()));
        }
        changed.addAll(changed(spec.target(), spec.plan().atTarget()));
        ObjectNode report = account.report(spec, changed);
        files.write(spec.folder() + "/report.json", report);
        if (report.path(Outcome.VERDICT).asText().equals(Account.EQUAL) && spec.comparesAll()) {
            Points before = files.read(Points.FILE).map(Points::of).orElse(Points.NONE);
            files.write(Points.FILE, before.with(spec.plan().noted()).toJson());
        }
        files.write(
                VerifyJob.STATUS,
                report.deepCopy().put("number", System.currentTimeMillis()).put("state", "finished"));
    }

    private static Collection<String> changed(ClusterAddress address, Incarnations read)
            throws IOException, InterruptedException {
        return Tried.call("looking for indices that were made anew", () -> {
            try (Cluster cluster = Cluster.connect(address)) {
                return read.changed(cluster);
            }
        });
    }
}
