package io.sluice.replay.account;

import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Progress;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.wire.ExchangeRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The account of one partition of the capture. Outcomes may come before what they belong to is told. */
final class PartitionAccount {

    /** An exchange that is not settled as a whole. */
    private static final class Open {
        int outcomes;
        int steps = NOT_TOLD;
        boolean sweeps;
        Verdict worst = Verdict.APPLIED;
        String rule = "";

        void judge(Ruled ruled) {
            if (ruled.verdict().compareTo(worst) >= 0) {
                worst = ruled.verdict();
                rule = ruled.rule();
            }
        }

        boolean isSettled() {
            return outcomes == steps;
        }
    }

    private static final int NOT_TOLD = -1;

    private final int partition;
    private final Counts exchanges = new Counts();
    private final Counts items = new Counts();
    private final Map<String, Long> noted = new TreeMap<>();
    private final TreeMap<ExchangeRef, Open> open = new TreeMap<>();
    private long time;
    private long floor;

    PartitionAccount(int partition) {
        this.partition = partition;
    }

    void take(AccountRecord record) {
        if (record instanceof Seen seen) {
            seen(seen);
        } else if (record instanceof Outcome outcome) {
            outcome(outcome);
        } else if (record instanceof Progress progress) {
            time = Math.max(time, progress.time());
            floor = Math.max(floor, progress.floor());
        } else if (record instanceof Noted mark) {
            noted.merge(mark.what(), 1L, Long::sum);
        }
    }

    private void seen(Seen seen) {
        Open exchange = open.computeIfAbsent(seen.exchange(), ref -> new Open());
        exchange.steps = seen.steps();
        exchange.sweeps = seen.sweeps();
        exchanges.captured(1);
        items.captured(seen.steps() + seen.settled().size());
        for (Ruled ruled : seen.settled()) {
            items.settled(ruled.verdict(), ruled.rule());
            exchange.judge(ruled);
        }
        closeIfSettled(seen.exchange(), exchange);
    }

    private void outcome(Outcome outcome) {
        Open exchange = open.computeIfAbsent(outcome.exchange(), ref -> new Open());
        exchange.outcomes++;
        exchange.judge(outcome.ruled());
        items.settled(outcome.ruled().verdict(), outcome.ruled().rule());
        closeIfSettled(outcome.exchange(), exchange);
    }

    private void closeIfSettled(ExchangeRef ref, Open exchange) {
        if (exchange.isSettled()) {
            open.remove(ref);
            exchanges.settled(exchange.worst, exchange.rule);
        }
    }

    /** Everything that the source did by writes stamped below this is done at the target, too. */
    long confirmed() {
        return open.isEmpty() ? floor : Math.min(floor, open.firstKey().stamp());
    }

    /** The same, but for what sweeps did: they wait for all else. */
    private long settled() {
        for (Map.Entry<ExchangeRef, Open> exchange : open.entrySet()) {
            if (!exchange.getValue().sweeps) {
                return Math.min(floor, exchange.getKey().stamp());
            }
        }
        return floor;
    }

    AccountReport report() {
        return new AccountReport(
                partition, exchanges.copy(), items.copy(), Map.copyOf(noted), time, floor, confirmed(), settled());
    }

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(partition);
        exchanges.writeTo(out);
        items.writeTo(out);
        out.writeLong(time);
        out.writeLong(floor);
        out.writeInt(noted.size());
        for (Map.Entry<String, Long> mark : noted.entrySet()) {
            out.writeUTF(mark.getKey());
            out.writeLong(mark.getValue());
        }
        out.writeInt(open.size());
        for (Map.Entry<ExchangeRef, Open> exchange : open.entrySet()) {
            exchange.getKey().writeTo(out);
            out.writeInt(exchange.getValue().outcomes);
            out.writeInt(exchange.getValue().steps);
            out.writeBoolean(exchange.getValue().sweeps);
            out.writeUTF(exchange.getValue().worst.name());
            out.writeUTF(exchange.getValue().rule);
        }
        return bytes.toByteArray();
    }

    static PartitionAccount of(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        PartitionAccount account = new PartitionAccount(in.readInt());
        account.exchanges.readFrom(in);
        account.items.readFrom(in);
        account.time = in.readLong();
        account.floor = in.readLong();
        for (int marks = in.readInt(); marks > 0; marks--) {
            account.noted.put(in.readUTF(), in.readLong());
        }
        for (int left = in.readInt(); left > 0; left--) {
            ExchangeRef ref = ExchangeRef.readFrom(in);
            Open exchange = new Open();
            exchange.outcomes = in.readInt();
            exchange.steps = in.readInt();
            exchange.sweeps = in.readBoolean();
            exchange.worst = Verdict.valueOf(in.readUTF());
            exchange.rule = in.readUTF();
            account.open.put(ref, exchange);
        }
        return account;
    }

    int partition() {
        return partition;
    }
}
