package io.sluice.replay.account;

import io.sluice.replay.account.AccountRecord.Compared;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Progress;
import io.sluice.replay.account.AccountRecord.Reached;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.account.AccountRecord.Unreadable;
import io.sluice.replay.account.AccountRecord.WaitsFor;
import io.sluice.replay.wire.ExchangeRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The account of one partition of the capture. Outcomes may come before what they belong to is told. */
final class PartitionAccount {

    /** Is told of each exchange when it is settled, once. */
    interface Closed {
        void closed(ExchangeRef ref, Unsettled exchange);
    }

    private final int partition;
    private final Counts exchanges = new Counts();
    private final Counts items = new Counts();
    private final Map<String, Long> noted = new TreeMap<>();
    private final Breakdown breakdown = new Breakdown();
    private final TreeMap<ExchangeRef, Unsettled> open = new TreeMap<>();
    /** Those that nobody waits for. */
    private final TreeMap<ExchangeRef, Unsettled> openReads = new TreeMap<>();

    private final Closed closed;
    private long time;
    private long floor;
    private long newestWrite;
    /** Is told anew after a restart. */
    private long reached;

    private boolean isDeserted;
    private long ended;
    private List<UUID> waitsFor = List.of();

    PartitionAccount(int partition, Closed closed) {
        this.partition = partition;
        this.closed = closed;
    }

    void take(AccountRecord record) {
        if (record instanceof Seen seen) {
            seen(seen);
        } else if (record instanceof Outcome outcome) {
            outcome(outcome);
        } else if (record instanceof Compared compared) {
            compared(compared);
        } else if (record instanceof Progress progress) {
            time = Math.max(time, progress.time());
            floor = Math.max(floor, progress.floor());
        } else if (record instanceof Reached read) {
            reached = Math.max(reached, read.offset());
            isDeserted = read.isDeserted();
            ended = Math.max(ended, read.end());
        } else if (record instanceof Noted mark) {
            noted.merge(mark.what(), 1L, Long::sum);
        } else if (record instanceof WaitsFor waits) {
            waitsFor = waits.proxies();
        } else if (record instanceof Unreadable) {
            noted.merge(Noted.MALFORMED, 1L, Long::sum);
        }
    }

    private void seen(Seen seen) {
        boolean isRead = seen.about().read();
        Map<ExchangeRef, Unsettled> those = isRead ? openReads : open;
        Unsettled exchange = those.computeIfAbsent(seen.exchange(), ref -> new Unsettled());
        exchange.seen(seen);
        exchanges.captured(1);
        items.captured(seen.steps() + seen.settled().size());
        for (Ruled ruled : seen.settled()) {
            items.settled(ruled.verdict(), ruled.rule());
        }
        closeIfSettled(seen.exchange(), exchange, those);
    }

    private void outcome(Outcome outcome) {
        Unsettled exchange = open.computeIfAbsent(outcome.exchange(), ref -> new Unsettled());
        exchange.outcome(outcome);
        items.settled(outcome.ruled().verdict(), outcome.ruled().rule());
        closeIfSettled(outcome.exchange(), exchange, open);
    }

    private void compared(Compared compared) {
        Unsettled exchange = openReads.computeIfAbsent(compared.exchange(), ref -> new Unsettled());
        exchange.compared(compared);
        items.settled(compared.ruled().verdict(), compared.ruled().rule());
        closeIfSettled(compared.exchange(), exchange, openReads);
    }

    private void closeIfSettled(ExchangeRef ref, Unsettled exchange, Map<ExchangeRef, Unsettled> those) {
        if (!exchange.isSettled()) {
            return;
        }
        those.remove(ref);
        if (exchange.hasSteps() && !exchange.about().read()) {
            newestWrite = Math.max(newestWrite, ref.stamp());
        }
        exchanges.settled(exchange.worst(), exchange.rule());
        Answered answered = exchange.answered();
        if (exchange.result().isComparison()) {
            noted.merge("compared_" + exchange.result().word(), 1L, Long::sum);
        }
        breakdown.count(exchange.about(), exchange.result(), answered == null ? -1 : answered.micros());
        closed.closed(ref, exchange);
    }

    /** Everything that the source did by writes stamped below this is done at the target, too. */
    long confirmed() {
        return open.isEmpty() ? told() : Math.min(told(), open.firstKey().stamp());
    }

    /** Every write whose request began below it was told. */
    private long told() {
        return Math.max(floor, ended);
    }

    /** The same, but for what sweeps did: they wait for all else. */
    private long settledBelow() {
        for (Map.Entry<ExchangeRef, Unsettled> exchange : open.entrySet()) {
            if (!exchange.getValue().sweeps()) {
                return Math.min(told(), exchange.getKey().stamp());
            }
        }
        return told();
    }

    /** The time of the oldest exchange that is not settled, writes and reads alike; the last there can be when all are. */
    private long oldest() {
        long write = open.isEmpty() ? Long.MAX_VALUE : open.firstKey().stamp();
        return openReads.isEmpty()
                ? write
                : Math.min(write, openReads.firstKey().stamp());
    }

    /** @param whole whether the breakdown is to be in it */
    AccountReport report(boolean whole) {
        return new AccountReport(
                partition,
                exchanges.copy(),
                items.copy(),
                Map.copyOf(noted),
                time,
                floor,
                confirmed(),
                settledBelow(),
                oldest(),
                newestWrite,
                reached,
                ended,
                isDeserted,
                waitsFor,
                whole ? breakdown.copy() : null);
    }

    /** Adds what became of exchanges to a sum. */
    void addTo(Counts sum, Tally results) {
        sum.add(exchanges);
        results.add(breakdown.all());
    }

    /** How many exchanges are settled. */
    long settled() {
        return exchanges.captured() - exchanges.held();
    }

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(partition);
        exchanges.writeTo(out);
        items.writeTo(out);
        out.writeLong(time);
        out.writeLong(floor);
        out.writeLong(newestWrite);
        breakdown.writeTo(out);
        out.writeInt(noted.size());
        for (Map.Entry<String, Long> mark : noted.entrySet()) {
            out.writeUTF(mark.getKey());
            out.writeLong(mark.getValue());
        }
        write(open, out);
        write(openReads, out);
        return bytes.toByteArray();
    }

    private static void write(Map<ExchangeRef, Unsettled> exchanges, DataOutputStream out) throws IOException {
        out.writeInt(exchanges.size());
        for (Map.Entry<ExchangeRef, Unsettled> exchange : exchanges.entrySet()) {
            exchange.getKey().writeTo(out);
            exchange.getValue().writeTo(out);
        }
    }

    static PartitionAccount of(byte[] bytes, Closed closed) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        PartitionAccount account = new PartitionAccount(in.readInt(), closed);
        account.exchanges.readFrom(in);
        account.items.readFrom(in);
        account.time = in.readLong();
        account.floor = in.readLong();
        account.newestWrite = in.readLong();
        account.breakdown.readFrom(in);
        for (int marks = in.readInt(); marks > 0; marks--) {
            account.noted.put(in.readUTF(), in.readLong());
        }
        read(in, account.open);
        read(in, account.openReads);
        return account;
    }

    private static void read(DataInputStream in, Map<ExchangeRef, Unsettled> into) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            into.put(ExchangeRef.readFrom(in), Unsettled.readFrom(in));
        }
    }

    int partition() {
        return partition;
    }
}
