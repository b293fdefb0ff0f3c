package io.sluice.replay.send;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.send.ReadSender.Queued;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target's scrolls and points in time, each under the root of the source's; and the answers to searches that were
 * asynchronous at the source, until that has answered, too.
 *
 * <p>Reads of one take turns: each waits until the one before it is answered. When a page of a scroll is not sent, or fails, nobody
 * knows what the target would give next: it is closed there, and what follows is of a cursor that is unknown. A point in time outlives a search that failed.
 *
 * <p>What clients leave open is forgotten when the time has passed for which they wanted it; the target does the same. Of more than there
 * may be open, the one that was not used for the longest time is closed.
 *
 * <p>On the heap alone: after a restart all are unknown, and the target forgets them in time. Belongs to the task's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is not closed the target forgets
final class Cursors {

    private static final Logger LOG = LoggerFactory.getLogger(Cursors.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long END_MILLIS = 1_000;
    private static final long KEPT_MILLIS = TimeUnit.MINUTES.toMillis(5);

    /** What is kept takes up room at the target; for more than a day it refuses to. */
    private static final long LONGEST_STRETCH_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** How long a cursor is to be kept is said where it is opened; the longest that was said counts there. */
    private static final Pattern KEEP = Pattern.compile("([?&](?:scroll|keep_alive)=)[^&]*");

    private static final int NOT_FOUND = 404;

    /**
     * What there may be.
     *
     * @param open cursors
     * @param waiting reads of one of them that wait for their turn
     * @param heldBytes of answers that are held
     * @param stretch how many times as long as the client wanted a cursor is kept
     */
    record Limits(int open, int waiting, long heldBytes, double stretch) {
        static final Limits DEFAULT = new Limits(500, 1_000, 32 << 20, 1);

        /** The same where so many seconds of capture time pass in one: where it is less than one, pages come later than the client asked for them. */
        Limits atSpeed(double speed) {
            return new Limits(open, waiting, heldBytes, Math.max(1, 1 / speed));
        }

        private long keepMillis(long wanted) {
            return Math.max(wanted, Math.min(Math.round(wanted * stretch), LONGEST_STRETCH_MILLIS));
        }
    }

    /** When a read may be sent. */
    enum Turn {
        NOW,
        /** It is kept here, and told when its turn comes. */
        LATER,
        UNKNOWN,
        TOO_MANY
    }

    /** Is told of reads that were kept. */
    interface Told {
        void turn(Queued read);

        void unknown(Queued read);
    }

    private static final class Open {
        private final Kind kind;
        private final Matter matter;
        private final Deque<Queued> waiting = new ArrayDeque<>();
        private @Nullable String id;
        private @Nullable HeldAnswer held;
        private boolean isUnfinished;
        private boolean isBusy = true;
        /** Whether the target does not stand any more where the source does. */
        private boolean isLost;

        private long keepMillis = KEPT_MILLIS;
        private long usedNanos;

        Open(Kind kind, Matter matter) {
            this.kind = kind;
            this.matter = matter;
        }

        int heldBytes() {
            return held == null ? 0 : held.bytes();
        }
    }

    private final RawHttp http;
    private final Limits limits;
    private final LongSupplier nanos;
    private final Told told;
    /** The one that was used last at the end. */
    private final Map<UUID, Open> open = new LinkedHashMap<>(16, 0.75f, true);

    private int waiting;

    /** @param nanos a time that goes on, from anywhere */
    Cursors(RawHttp http, Limits limits, LongSupplier nanos, Told told) {
        this.http = http;
        this.limits = limits;
        this.nanos = nanos;
        this.told = told;
    }

    /** Whether a read whose time has come may be sent. With {@link Turn#NOW} it has its turn, until {@link #over}. */
    Turn turn(Queued read) {
        Cursor cursor = read.step().cursor();
        UUID root = cursor == null ? null : cursor.root();
        if (cursor == null || root == null) {
            return Turn.NOW;
        }
        Open at = open.get(root);
        if (cursor.role() == Role.OPENS) {
            return at == null && makeRoom() ? opened(root, cursor) : Turn.TOO_MANY;
        }
        if (at == null || at.isLost) {
            return Turn.UNKNOWN;
        }
        if (!at.isBusy && isOver(at)) {
            open.remove(root);
            return Turn.UNKNOWN;
        }
        if (!at.isBusy) {
            at.isBusy = true;
            return Turn.NOW;
        }
        if (at.waiting.size() >= limits.waiting()) {
            return Turn.TOO_MANY;
        }
        at.waiting.add(read);
        waiting++;
        return Turn.LATER;
    }

    private Turn opened(UUID root, Cursor cursor) {
        open.put(root, new Open(cursor.kind(), cursor.matter()));
        return Turn.NOW;
    }

    private boolean makeRoom() {
        open.values().removeIf(each -> !each.isBusy && isOver(each));
        Iterator<Open> eldest = open.values().iterator();
        while (open.size() >= limits.open() && eldest.hasNext()) {
            Open each = eldest.next();
            if (!each.isBusy) {
                eldest.remove();
                close(each);
            }
        }
        return open.size() < limits.open();
    }

    private boolean isOver(Open at) {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - at.usedNanos) > at.keepMillis;
    }

    /** What is sent for a read that has its turn. */
    RawRequest request(Step.Read step) {
        Cursor cursor = step.cursor();
        Open at = cursor == null ? null : of(cursor);
        ByteString body = step.body();
        if (cursor != null && cursor.hole() >= 0 && at != null) {
            body = body.substring(0, cursor.hole())
                    .concat(ByteString.copyFromUtf8(quoted(String.valueOf(at.id))))
                    .concat(body.substring(cursor.hole()));
        }
        return new RawRequest(
                step.method(),
                target(step),
                step.contentType() == null ? "" : step.contentType(),
                body.isEmpty() ? List.of() : body.asReadOnlyByteBufferList(),
                ReadSender.TIMEOUT);
    }

    /** The answer that a read has already; null when it has to be sent. Of a read that has its turn. */
    @Nullable
    HeldAnswer held(Step.Read step) {
        Cursor cursor = step.cursor();
        Open at =
                cursor == null || cursor.kind() != Kind.ASYNC_SEARCH || cursor.role() == Role.OPENS ? null : of(cursor);
        return at == null ? null : at.held;
    }

    /**
     * Holds it; for want of room not those any more that nobody asked for the longest time, as most clients end no search. Those who ask
     * later for what is not held find nothing. Before it is {@link #over}.
     */
    void hold(Step.Read step, HeldAnswer answer) {
        Cursor cursor = step.cursor();
        Open at = cursor == null ? null : of(cursor);
        if (at == null) {
            return;
        }
        long held = open.values().stream().mapToLong(Open::heldBytes).sum();
        Iterator<Open> eldest = open.values().iterator();
        while (held + answer.bytes() > limits.heldBytes() && eldest.hasNext()) {
            Open each = eldest.next();
            if (each.held != null && !each.isBusy) {
                held -= each.heldBytes();
                eldest.remove();
            }
        }
        if (held + answer.bytes() <= limits.heldBytes()) {
            at.held = answer;
        }
    }

    private String target(Step.Read step) {
        Cursor cursor = step.cursor();
        if (cursor == null || cursor.role() != Role.OPENS || cursor.keepMillis() <= 0 || limits.stretch() <= 1) {
            return step.target();
        }
        return KEEP.matcher(step.target()).replaceFirst("$1" + limits.keepMillis(cursor.keepMillis()) + "ms");
    }

    private static String quoted(String id) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(id)) + '"';
    }

    private @Nullable Open of(Cursor cursor) {
        return cursor.root() == null ? null : open.get(cursor.root());
    }

    /** What of the answers to a read counts: of pages, what counted when their cursor was opened. */
    Matter matter(Step.Read step) {
        Cursor cursor = step.cursor();
        if (cursor == null) {
            return Matter.ALL;
        }
        Open at = of(cursor);
        return cursor.isOnce() && at != null ? at.matter : cursor.matter();
    }

    /** Whether a read that has its turn may miss writes: all pages see what there was when their cursor was opened. */
    boolean isUnfinished(Step.Read step, boolean now) {
        Cursor cursor = step.cursor();
        Open at = cursor == null ? null : of(cursor);
        if (cursor == null || at == null) {
            return now;
        }
        if (cursor.role() == Role.OPENS) {
            at.isUnfinished = now;
        }
        return at.isUnfinished;
    }

    /** The id that the target gives in an answer to a read; null when there is none. May be called by any thread. */
    static @Nullable String idIn(Step.Read step, RawResponse answer) {
        Cursor cursor = step.cursor();
        return cursor == null || cursor.role() == Role.CLOSES || cursor.kind() == Kind.ASYNC_SEARCH
                ? null
                : Cursor.idIn(UnsafeByteOperations.unsafeWrap(answer.body()), cursor.kind());
    }

    /** A read will not be sent, and never had its turn. */
    void missed(Step.Read step) {
        Cursor cursor = step.cursor();
        Open at = cursor == null ? null : of(cursor);
        boolean isHarmless = cursor == null || (cursor.kind() != Kind.SCROLL && cursor.role() == Role.GOES_ON);
        if (at == null || cursor == null || isHarmless || cursor.role() == Role.OPENS) {
            return;
        }
        at.isLost = true;
        if (!at.isBusy) {
            forget(cursor, at);
            close(at);
        }
    }

    /**
     * A read that had its turn is answered, or never will be.
     *
     * @param status 0 without an answer
     * @param id that the target gave; null when it gave none
     */
    void over(Step.Read step, int status, @Nullable String id) {
        Cursor cursor = step.cursor();
        if (cursor == null) {
            return;
        }
        boolean isDone = status >= 200 && status < 300;
        Open at = of(cursor);
        if (at == null) {
            if (cursor.root() == null && isDone && id != null) { // nobody can go on with it
                closeAll(cursor.kind(), List.of(id));
            }
            return;
        }
        at.id = isDone && id != null ? id : at.id;
        at.keepMillis = cursor.keepMillis() < 0 ? at.keepMillis : limits.keepMillis(cursor.keepMillis());
        at.usedNanos = nanos.getAsLong();
        boolean isFine = isDone || (cursor.kind() == Kind.POINT_IN_TIME && status != NOT_FOUND);
        boolean isThere = at.id != null || at.held != null;
        if (isThere && !at.isLost && isFine && cursor.role() != Role.CLOSES) {
            next(at);
            return;
        }
        forget(cursor, at);
        boolean isClosed = status == NOT_FOUND || (isDone && cursor.role() == Role.CLOSES);
        if (!isClosed) {
            close(at);
        }
    }

    private void next(Open at) {
        Queued next = at.waiting.poll();
        at.isBusy = next != null;
        if (next != null) {
            waiting--;
            told.turn(next);
        }
    }

    private void forget(Cursor cursor, Open at) {
        open.remove(cursor.root());
        waiting -= at.waiting.size();
        at.waiting.forEach(told::unknown);
        at.waiting.clear();
    }

    private void close(Open at) {
        if (at.id != null) {
            closeAll(at.kind, List.of(at.id));
        }
    }

    private CompletableFuture<?> closeAll(Kind kind, List<String> ids) {
        StringBuilder body = new StringBuilder("{\"").append(kind.idName()).append("\":[");
        for (int i = 0; i < ids.size(); i++) {
            body.append(i == 0 ? "" : ",").append(quoted(ids.get(i)));
        }
        ByteString bytes = ByteString.copyFromUtf8(body.append("]}").toString());
        return http.send(new RawRequest(
                        "DELETE", kind.path(), "application/json", bytes.asReadOnlyByteBufferList(), TIMEOUT))
                .exceptionally(failure -> {
                    LOG.debug("cursors are left to the target to forget", failure);
                    return null;
                });
    }

    /** How many reads wait for their turn. */
    int waiting() {
        return waiting;
    }

    /** How many cursors are open, or about to be. */
    int open() {
        return open.size();
    }

    /** Closes all that are open, as far as that is quickly done. Nothing may be asked afterwards. */
    void end() {
        List<CompletableFuture<?>> closing = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<String> ids = new ArrayList<>();
            for (Open each : open.values()) {
                if (each.kind == kind && each.id != null) {
                    ids.add(each.id);
                }
            }
            if (!ids.isEmpty()) {
                closing.add(closeAll(kind, ids));
            }
        }
        open.clear();
        try {
            CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]))
                    .get(END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("cursors are left to the target to forget", e);
        }
    }
}
