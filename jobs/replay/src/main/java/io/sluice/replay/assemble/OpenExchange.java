package io.sluice.replay.assemble;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.End;
import io.sluice.capture.read.ExchangeAssembler;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.read.Run;
import io.sluice.capture.read.Trouble;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.RouteClass;
import io.sluice.replay.rewrite.NameChanges;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is there of an exchange. Its fragments lie on the heap, in the store, or in both; never in neither.
 */
final class OpenExchange {

    private record Piece(long stamp, Fragment fragment) {}

    private final ExchangeId id;
    private final long number;
    private final List<@Nullable Piece> pieces = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private boolean read;
    /** Whether it may be one of those that {@link NameChanges} reads. */
    private boolean changesNames;

    private long began;
    /** How many of the pieces, from the first on, lie in the store. */
    private int stored;
    /** How many of them, from the first on, lie there alone. */
    private int dropped;

    private long heapBytes;

    /** Whether it is a read of which nothing is kept. */
    private boolean leftOut;

    /** The stamp of the request's last fragment; 0 until it is there. Of those that are left out. */
    private long requested;

    /** @param number tells it from all others of its partition, for its whole life */
    OpenExchange(ExchangeId id, long number) {
        this.id = id;
        this.number = number;
    }

    ExchangeId id() {
        return id;
    }

    /** The stamp of its first fragment; 0 if there is none. */
    long began() {
        return began;
    }

    /** Whether it may change data, or may be one that does. */
    boolean mayWrite() {
        return !read;
    }

    long heapBytes() {
        return heapBytes;
    }

    void trouble(Trouble trouble) {
        troubles.add(trouble);
    }

    void add(long stamp, Fragment fragment) {
        began = began == 0 ? stamp : began;
        read |= fragment.getPart() == Part.REQUEST
                && fragment.getFragment() == 0
                && fragment.getRoute() == RouteClass.READ;
        changesNames |= fragment.getPart() == Part.REQUEST
                && fragment.getFragment() == 0
                && !read
                && NameChanges.mayConcern(fragment.getHead());
        pieces.add(new Piece(stamp, fragment));
        heapBytes += sizeOf(fragment);
    }

    /** Whether it may change what names do. */
    boolean changesNames() {
        return changesNames;
    }

    /** Whether its first fragment, which says that it is a read, is all that is there of it. */
    boolean isBeginningOfRead() {
        return read && pieces.size() == 1;
    }

    /** Keeps nothing of it, and nothing of what comes. Only if {@linkplain #isBeginningOfRead it has just begun}. */
    void leaveOut() {
        Piece first = pieces.get(0);
        leftOut = true;
        pieces.clear();
        heapBytes = 0;
        stored = 0;
        dropped = 0;
        if (first != null) {
            pass(first.stamp(), first.fragment());
        }
    }

    boolean isLeftOut() {
        return leftOut;
    }

    /** Takes notice of a fragment of one that is left out. */
    void pass(long stamp, Fragment fragment) {
        if (fragment.getPart() == Part.REQUEST && fragment.getLast()) {
            requested = stamp;
        }
    }

    /** The time of one that is left out. */
    long timeLeftOut() {
        return requested == 0 ? began : requested;
    }

    private static long sizeOf(Fragment fragment) {
        return 200L + fragment.getHead().size() + fragment.getBody().size();
    }

    private String name(int piece) {
        return number + "/" + piece;
    }

    /** Puts what is not there yet into the store. */
    void store(FragmentStore store) throws IOException {
        for (; stored < pieces.size(); stored++) {
            Piece piece = pieces.get(stored);
            if (piece != null) {
                byte[] fragment = piece.fragment().toByteArray();
                store.put(
                        name(stored),
                        ByteBuffer.allocate(Long.BYTES + fragment.length)
                                .putLong(piece.stamp())
                                .put(fragment)
                                .array());
            }
        }
    }

    /** Leaves all of it to the store. */
    void spill(FragmentStore store) throws IOException {
        store(store);
        for (; dropped < stored; dropped++) {
            pieces.set(dropped, null);
        }
        heapBytes = 0;
    }

    /** Puts together what is there of it, and leaves it where it is. */
    @Nullable
    CapturedExchange sight(FragmentStore store, long mostBytes) throws IOException {
        return assembled(store, End.ENDED, mostBytes);
    }

    /** Puts it together, and takes it out of the store. */
    @Nullable
    CapturedExchange finish(FragmentStore store, End end, long mostBytes) throws IOException {
        CapturedExchange whole = assembled(store, end, mostBytes);
        for (int i = 0; i < stored; i++) {
            store.remove(name(i));
        }
        return whole;
    }

    private @Nullable CapturedExchange assembled(FragmentStore store, End end, long mostBytes) throws IOException {
        List<CapturedExchange> done = new ArrayList<>(1);
        ExchangeAssembler assembler = new ExchangeAssembler(done::add, mostBytes);
        for (Trouble trouble : troubles) {
            assembler.trouble(id, trouble, "");
        }
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            if (piece == null) {
                piece = parse(store.get(name(i)));
            }
            assembler.fragment(id, piece.stamp(), piece.fragment());
        }
        assembler.ended(id, end);
        return done.isEmpty() ? null : done.get(0);
    }

    private static Piece parse(byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long stamp = in.getLong();
        return new Piece(stamp, Fragment.parseFrom(in));
    }

    /** Writes all but the fragments, which are in the store. */
    void writeTo(DataOutput out) throws IOException {
        id.run().writeTo(out);
        out.writeLong(id.connection());
        out.writeLong(id.exchange());
        out.writeLong(number);
        out.writeInt(pieces.size());
        out.writeBoolean(read);
        out.writeBoolean(changesNames);
        out.writeLong(began);
        out.writeBoolean(leftOut);
        out.writeLong(requested);
        out.writeInt(troubles.size());
        for (Trouble trouble : troubles) {
            out.writeUTF(trouble.name());
        }
    }

    /** One whose fragments all lie in the store. */
    static OpenExchange readFrom(DataInput in) throws IOException {
        ExchangeId id = new ExchangeId(Run.readFrom(in), in.readLong(), in.readLong());
        OpenExchange exchange = new OpenExchange(id, in.readLong());
        exchange.stored = in.readInt();
        exchange.dropped = exchange.stored;
        for (int i = 0; i < exchange.stored; i++) {
            exchange.pieces.add(null);
        }
        exchange.read = in.readBoolean();
        exchange.changesNames = in.readBoolean();
        exchange.began = in.readLong();
        exchange.leftOut = in.readBoolean();
        exchange.requested = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            exchange.troubles.add(Trouble.valueOf(in.readUTF()));
        }
        return exchange;
    }
}
