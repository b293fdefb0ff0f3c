package io.sluice.replay.assemble;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CaptureListener;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.End;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.Run;
import io.sluice.capture.read.Trouble;
import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.wire.StateForm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the exchanges of one partition together. */
final class PartitionAssembly {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionAssembly.class);

    /** Is told what comes of it. */
    interface Told {
        /**
         * An exchange is there as a whole.
         *
         * @param cursors what is known of cursors in that partition
         */
        void exchange(int partition, CapturedExchange exchange, CursorRoots cursors);

        /**
         * One that {@linkplain io.sluice.replay.rewrite.NameChanges may change what names do}: told when its request is there as a whole, before
         * any promise that a time has passed that is later, and again when all of it is.
         *
         * @param isOver whether nothing more of it comes
         */
        void named(int partition, CapturedExchange exchange, boolean isOver);

        /**
         * Whether a read is to be put together. Asked when it begins.
         *
         * @param head its request's
         */
        boolean wants(ExchangeId read, ByteString head);

        /**
         * A read that nobody {@linkplain #wants wanted} has ended.
         *
         * @param stamp its time
         */
        void leftOut(int partition, ExchangeId read, long stamp);

        /** As {@link io.sluice.replay.account.AccountRecord.Progress} has it. */
        void progress(int partition, long time, long floor);

        void noted(int partition, String what);

        /** As {@link io.sluice.replay.account.AccountRecord.Reached} has it. */
        void reached(int partition, long offset, long end);

        /** As {@link io.sluice.replay.account.AccountRecord.WaitsFor} has it. */
        void waitsFor(int partition, List<UUID> proxies);
    }

    private final int partition;
    private final ReplayBounds bounds;
    private final FragmentStore store;
    private final Told told;
    private final Map<ExchangeId, OpenExchange> open = new LinkedHashMap<>();
    private final CursorRoots cursors = new CursorRoots();
    private PartitionReader reader;
    private long numbers;
    private long heapBytes;
    private long reached;
    private long toldReached;
    private long toldEnd;
    private List<UUID> toldWaits = List.of();

    PartitionAssembly(int partition, ReplayBounds bounds, FragmentStore store, Told told) {
        this.partition = partition;
        this.bounds = bounds;
        this.store = store;
        this.told = told;
        this.reader = new PartitionReader(new Listening(), bounds.mostOpen());
    }

    void read(Record record) {
        reader.read(record);
    }

    /** Says where reading begins, before anything was read. */
    void beginAt(long offset) {
        reached = offset;
    }

    /** The offset that comes next. */
    long next() {
        return reached;
    }

    /** What lies at an offset was read, whatever it was. */
    void passed(long offset) {
        reached = offset + 1;
    }

    /** Tells how much was read, if that was not told yet. */
    void tellReached(long nowMillis) {
        long end = end(nowMillis);
        if (reached > toldReached || end > toldEnd) {
            toldReached = reached;
            toldEnd = end;
            told.reached(partition, reached, end);
        }
    }

    /** Tells for whom time waits here, if that is others than were told last. */
    void tellWaitsFor() {
        List<UUID> waits = reader.waitsFor().stream().map(Run::proxy).toList();
        if (!waits.equals(toldWaits)) {
            toldWaits = waits;
            told.waitsFor(partition, waits);
        }
    }

    int partition() {
        return partition;
    }

    /** Everything stamped below it was read; 0 when nothing was promised yet. */
    long time() {
        return reader.time();
    }

    /**
     * Where all proxies are gone for good that wrote what was read, its highest stamp: all that was read was handed on. One that was killed
     * leaves exchanges behind its last promise, and the word that it is gone is in all partitions, with a stamp above them. What is
     * in the future does not count but for what was promised: whoever joins meanwhile may begin below it.
     *
     * @return 0 where somebody is there
     */
    long end(long nowMillis) {
        return reader.isDeserted()
                ? Math.max(reader.time(), Math.min(reader.highestStamp(), TimeUnit.MILLISECONDS.toNanos(nowMillis)))
                : 0;
    }

    /** How many bytes of fragments lie on the heap. */
    long heapBytes() {
        return heapBytes;
    }

    /** Every write whose request began below it was handed on. */
    private long floor() {
        long floor = reader.time();
        for (OpenExchange exchange : open.values()) {
            if (exchange.mayWrite() && exchange.began() != 0) {
                floor = Math.min(floor, exchange.began());
            }
        }
        return floor;
    }

    private final class Listening implements CaptureListener {
        @Override
        public void fragment(ExchangeId id, long stamp, Fragment fragment) {
            OpenExchange exchange = exchange(id);
            if (exchange.isLeftOut()) {
                exchange.pass(stamp, fragment);
                return;
            }
            heapBytes -= exchange.heapBytes();
            exchange.add(stamp, fragment);
            if (exchange.isBeginningOfRead() && !told.wants(id, fragment.getHead())) {
                exchange.leaveOut();
            }
            heapBytes += exchange.heapBytes();
            if (fragment.getPart() == Part.REQUEST && fragment.getLast() && exchange.changesNames()) {
                requested(exchange);
            }
        }

        @Override
        public void trouble(ExchangeId id, Trouble trouble, String detail) {
            LOG.warn("Partition {}: {} in {}: {}", partition, trouble, id, detail);
            exchange(id).trouble(trouble);
            told.noted(partition, Noted.of(trouble));
        }

        @Override
        public void ended(ExchangeId id, End end) {
            finished(id, end);
        }

        @Override
        public void time(long stamp) {
            told.progress(partition, stamp, floor());
        }

        @Override
        public void compromised(Run run, long stamp, Compromised compromised) {
            told.noted(partition, Noted.COMPROMISED);
        }
    }

    private OpenExchange exchange(ExchangeId id) {
        return open.computeIfAbsent(id, fresh -> new OpenExchange(fresh, numbers++));
    }

    private void requested(OpenExchange exchange) {
        try {
            CapturedExchange sight = exchange.sight(store, bounds.exchangeBytes());
            if (sight != null) {
                told.named(partition, sight, false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a request that was in the state of partition " + partition, e);
        }
    }

    private void finished(ExchangeId id, End end) {
        OpenExchange exchange = open.remove(id);
        if (exchange == null) {
            return;
        }
        if (exchange.isLeftOut()) {
            told.leftOut(partition, id, exchange.timeLeftOut());
            return;
        }
        heapBytes -= exchange.heapBytes();
        try {
            CapturedExchange whole = exchange.finish(store, end, bounds.exchangeBytes());
            if (whole != null) {
                if (exchange.changesNames()) {
                    told.named(partition, whole, true);
                }
                told.exchange(partition, whole, cursors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an exchange that was in the state of partition " + partition, e);
        }
    }

    /** Takes from the heap what the store can hold: all that is open. */
    void spill() throws IOException {
        for (OpenExchange exchange : open.values()) {
            exchange.spill(store);
        }
        heapBytes = 0;
    }

    /** Puts every open exchange into the store and writes all the rest. */
    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(StateForm.NUMBER);
        out.writeInt(partition);
        out.writeLong(numbers);
        out.writeLong(reached);
        reader.writeTo(out);
        out.writeInt(open.size());
        for (OpenExchange exchange : open.values()) {
            exchange.store(store);
            exchange.writeTo(out);
        }
        cursors.writeTo(out);
        return bytes.toByteArray();
    }

    /** One that goes on where another wrote {@link #toBytes}. */
    static PartitionAssembly of(byte[] bytes, ReplayBounds bounds, FragmentStore store, Told told) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        StateForm.expect(in.readInt());
        PartitionAssembly assembly = new PartitionAssembly(in.readInt(), bounds, store, told);
        assembly.numbers = in.readLong();
        assembly.reached = in.readLong();
        assembly.reader = PartitionReader.readFrom(in, assembly.new Listening(), bounds.mostOpen());
        for (int left = in.readInt(); left > 0; left--) {
            OpenExchange exchange = OpenExchange.readFrom(in);
            assembly.open.put(exchange.id(), exchange);
        }
        assembly.cursors.readFrom(in);
        return assembly;
    }
}
