package io.sluice.capture;

import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Room;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.OpenExchange;
import io.sluice.capture.wire.Part;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Appends one exchange to the journal, piece by piece.
 *
 * <p>Used by one thread at a time, and by those that end it when the proxy stops or when room comes back: so every method
 * that appends holds this object's lock.
 */
final class JournalExchange implements ExchangeRecorder {

    /** What a record has besides head, body and trailers, generously: the address of the client is the longest of it. */
    private static final int OVERHEAD = 1024;

    /** How far one part of the exchange is. */
    private static final class Progress {
        final Part part;
        int next;
        boolean ended;
        boolean endRecorded;
        /** The stamp of the newest fragment. */
        long stamp;

        Progress(Part part) {
            this.part = part;
        }
    }

    private final Appender appender;
    private final JournalConnection connection;
    private final long number;
    private final boolean write;
    private final boolean answerStripped;
    private final FragmentDraft draft;
    private final Progress request = new Progress(Part.REQUEST);
    private final Progress answer = new Progress(Part.ANSWER);
    private long began;
    private boolean lost;
    private boolean refused;

    JournalExchange(
            Appender appender, JournalConnection connection, long number, boolean write, boolean answerStripped) {
        this.appender = appender;
        this.connection = connection;
        this.number = number;
        this.write = write;
        this.answerStripped = answerStripped;
        this.draft = new FragmentDraft(appender.envelope(), connection.id(), number, this);
    }

    @Override
    public synchronized boolean request(ByteBuffer head, ByteBuffer body, boolean last) {
        (write ? appender.writes : appender.reads).increment();
        return ask(head, body, NOTHING, last);
    }

    @Override
    public synchronized boolean requestBody(ByteBuffer body, ByteBuffer trailers, boolean last) {
        return ask(NOTHING, body, trailers, last);
    }

    private boolean ask(ByteBuffer head, ByteBuffer body, ByteBuffer trailers, boolean last) {
        if (request.ended) {
            return false;
        }
        if (append(request, Room.ORDINARY, head, body, trailers, last)) {
            return true;
        }
        if (write) {
            refused = true; // it is not passed on
            appender.refusedWrites.increment();
        } else {
            lose();
        }
        end(request, Cut.NOT_RECORDED);
        return false;
    }

    @Override
    public synchronized void answer(ByteBuffer head, ByteBuffer body, boolean last) {
        reply(head, body, NOTHING, last);
    }

    @Override
    public synchronized void answerBody(ByteBuffer body, ByteBuffer trailers, boolean last) {
        reply(NOTHING, body, trailers, last);
    }

    private void reply(ByteBuffer head, ByteBuffer body, ByteBuffer trailers, boolean last) {
        if (answer.ended || began == 0) {
            return;
        }
        if (!append(answer, answerRoom(), head, body, trailers, last)) {
            lose();
            end(answer, Cut.NOT_RECORDED);
        }
    }

    private Room answerRoom() {
        return write ? Room.RESERVE : Room.ORDINARY;
    }

    private void lose() {
        if (!lost) {
            lost = true;
            appender.uncaptured(write);
        }
    }

    @Override
    public synchronized void cut(CutReason reason) {
        Cut why = Cut.valueOf(reason.name());
        end(request, why);
        end(answer, why);
    }

    /** Ends a part, now or as soon as there is room. Of an exchange that never began nothing is told. */
    private void end(Progress progress, Cut why) {
        if (progress.ended) {
            return;
        }
        progress.ended = true;
        if (began != 0 && !appendEnd(progress, why)) {
            appender.owe(() -> {
                synchronized (this) {
                    return appendEnd(progress, why);
                }
            });
        }
    }

    private boolean appendEnd(Progress progress, Cut why) {
        draft.is(progress.part, progress.next, true, why);
        draft.holds(NOTHING, NOTHING, NOTHING);
        return append(progress, answerRoom());
    }

    /** Divides what is too much for one record. */
    private boolean append(
            Progress progress, Room room, ByteBuffer head, ByteBuffer body, ByteBuffer trailers, boolean last) {
        int most = appender.recordBytes() - OVERHEAD;
        if (head.remaining() > most || trailers.remaining() > most) {
            return false;
        }
        ByteBuffer left = head;
        int from = body.position();
        boolean more = true;
        while (more) {
            int size = Math.min(body.limit() - from, most - left.remaining());
            ByteBuffer piece = body.slice(from, size);
            from += size;
            boolean whole = from == body.limit() && left.remaining() + size + trailers.remaining() <= most;
            if (size > 0 || left.hasRemaining() || (whole && (last || trailers.hasRemaining()))) {
                draft.is(progress.part, progress.next, whole && last, Cut.WHOLE);
                draft.holds(left, piece, whole ? trailers : NOTHING);
                if (!append(progress, room)) {
                    return false;
                }
            }
            left = NOTHING;
            more = !whole;
        }
        progress.ended = last;
        return true;
    }

    private boolean append(Progress progress, Room room) {
        long stamp = appender.append(connection.partition(), draft, room);
        draft.holds(NOTHING, NOTHING, NOTHING);
        if (stamp == Journal.NO_ROOM) {
            return false;
        }
        progress.next++;
        progress.stamp = stamp;
        return true;
    }

    /** The fragment gets this stamp. Called with the journal's lock held. */
    void stamped(Part part, boolean last, long stamp) {
        OpenExchanges open = appender.open(connection.partition());
        if (began == 0) {
            began = stamp;
            open.began(this);
        }
        if (last) {
            (part == Part.REQUEST ? request : answer).endRecorded = true;
            if (request.endRecorded && answer.endRecorded) {
                open.ended(this);
            }
        }
    }

    /** Only with the journal's lock held. */
    OpenExchange describe() {
        return OpenExchange.newBuilder()
                .setConnection(connection.id())
                .setExchange(number)
                .setBegan(began)
                .build();
    }

    boolean isWrite() {
        return write;
    }

    boolean answerStripped() {
        return answerStripped;
    }

    ByteBuffer client() {
        return connection.client();
    }

    @Override
    public void whenForwardable(Runnable action) {
        forwardable(action, null);
    }

    @Override
    public void whenForwardable(Runnable action, Runnable whenRefused) {
        forwardable(action, whenRefused);
    }

    private void forwardable(Runnable action, @Nullable Runnable whenRefused) {
        long end = waitsFor(request);
        if (end != 0 && appender.durability() == Durability.BEFORE_FORWARD) {
            appender.gate(connection.partition()).whenSafeOrRefused(end, action, whenRefused);
        } else {
            action.run();
        }
    }

    @Override
    public void whenAnswerable(Runnable action) {
        await(waitsFor(request), action);
    }

    @Override
    public void whenCompletable(Runnable action) {
        boolean full = appender.durability() == Durability.BEFORE_RESPONSE_FULL;
        await(Math.max(waitsFor(request), full ? waitsFor(answer) : 0), action);
    }

    private void await(long stamp, Runnable action) {
        if (stamp != 0) {
            appender.gate(connection.partition()).whenSafe(stamp, action);
        } else {
            action.run();
        }
    }

    /** The stamp of a part's end if somebody waits for it, else 0. */
    private synchronized long waitsFor(Progress progress) {
        return write && !refused && appender.durability() != Durability.ASYNC ? progress.stamp : 0;
    }
}
