package io.sluice.backfill;

import io.sluice.cluster.BulkBody;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.GoneDocuments;
import io.sluice.transform.DocumentShaper;
import io.sluice.transform.FenceKind;
import io.sluice.transform.UnreadableSourceException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bulk from its first document to its last answer, and what became of each document.
 *
 * <p>Filled by the carrier's thread; from {@link RangeCarrier}'s sending on it belongs to whoever handles
 * its answer, one at a time; once {@link #settled}, to the task's thread.
 */
final class BulkFlight {

    private static final Logger LOG = LoggerFactory.getLogger(BulkFlight.class);

    private @Nullable BulkBody body;
    private int[] documents = new int[1024];
    /** The actions that still want an answer: {@code open[0, openCount)}. */
    private int[] open = new int[1024];

    private int openCount;
    private boolean whole = true;

    private final RangeProgress range;
    private final IndexPlan index;
    /** The index that each document goes to. */
    private String[] targets = new String[1024];

    private int next;
    private long carried;
    private long superseded;
    private long failed;
    private long rebuilt;
    private long sourceBytes;
    private final Map<String, Long> leftOut = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();

    /** Send the open actions one request each: one of them makes the target refuse or drop whole requests. */
    boolean oneByOne;
    /** How often in a row no answer came although the target was there. */
    int cuts;
    /** How often in a row it had to be sent again, for whatever reason. */
    int attempts;
    /** How often an item came back with an error of the target's own. */
    int targetErrors;

    long sentAtNanos;
    boolean sent;
    boolean settled;
    boolean abandoned;

    BulkFlight(RangeProgress range, IndexPlan index, BulkBody body) {
        this.range = range;
        this.index = index;
        this.body = body;
    }

    BulkBody body() {
        if (body == null) {
            throw new IllegalStateException("the bulk is settled and its bytes are gone");
        }
        return body;
    }

    /** Gives the bytes up: every document is settled, or nobody will send them any more. */
    BulkBody takeBody() {
        BulkBody taken = body();
        body = null;
        return taken;
    }

    RangeProgress range() {
        return range;
    }

    /**
     * Adds the document the cursor is at, or counts it by the rule that leaves it out.
     *
     * @param shaper makes of sources what the target gets
     * @return the length of the source as it was added; 0 when it was left out
     */
    int add(DocumentCursor cursor, DocumentShaper shaper) {
        if (cursor instanceof GoneDocuments gone) {
            return delete(gone, shaper);
        }
        if (LeftOut.PERCOLATOR_TYPE.equals(cursor.type())) {
            return leftOut(LeftOut.PERCOLATOR);
        }
        String target = index.target(cursor.type());
        if (target == null) {
            return leftOut(LeftOut.UNKNOWN_TYPE);
        }
        if (!shaper.samples(cursor.idBytes(), cursor.idLength())) {
            return leftOut(LeftOut.SAMPLE);
        }
        if (cursor.sourceLength() < 0) {
            return leftOut(LeftOut.NOT_STORED);
        }
        try {
            boolean isWanted = shaper.shape(cursor.sourceBytes(), cursor.sourceOffset(), cursor.sourceLength());
            return isWanted
                    ? add(cursor, target, shaper.bytes(), shaper.offset(), shaper.length())
                    : leftOut(LeftOut.QUERY);
        } catch (UnreadableSourceException e) {
            RangeSplit at = range.position();
            String id = new String(cursor.idBytes(), 0, cursor.idLength(), StandardCharsets.UTF_8);
            LOG.warn("{}[{}]: document {} is left out: {}", at.index(), at.shard(), id, e.getMessage());
            return leftOut(LeftOut.UNREADABLE);
        }
    }

    private int delete(GoneDocuments gone, DocumentShaper shaper) {
        String target = index.target(gone.type());
        if (LeftOut.PERCOLATOR_TYPE.equals(gone.type())) {
            return leftOut(LeftOut.PERCOLATOR);
        }
        if (target == null) {
            return leftOut(LeftOut.UNKNOWN_TYPE);
        }
        if (!shaper.samples(gone.idBytes(), gone.idLength())) {
            return leftOut(LeftOut.SAMPLE);
        }
        if (gone.hasFallenBack()) {
            return index.fence() == FenceKind.VERSION ? stays(gone, LeftOut.VERSION_WENT_BACK) : 0;
        }
        BaseIndex base = index.base();
        if (base != null && base.mixesShards() && gone.routingLength() >= 0) {
            return stays(gone, LeftOut.ROUTING_UNCLEAR);
        }
        byte[] id = address(gone, target);
        body().delete(
                        id,
                        id == gone.idBytes() ? gone.idLength() : id.length,
                        gone.routingBytes(),
                        gone.routingLength(),
                        index.fence().ofDelete(gone.maxSeqNo(), gone.version()));
        added(gone.number(), target, 0);
        return 0;
    }

    private int stays(GoneDocuments document, String rule) {
        RangeSplit at = range.position();
        String id = new String(document.idBytes(), 0, document.idLength(), StandardCharsets.UTF_8);
        LOG.warn("{}[{}]: document {} stays on the target as it is: {}", at.index(), at.shard(), id, rule);
        return leftOut(rule);
    }

    /** So many documents before the next are on the target already. */
    void passedOver(int count) {
        if (count > 0) {
            leftOut.merge(LeftOut.UNCHANGED, (long) count, Long::sum);
        }
    }

    /** Says which index the next action is for, where there are several, and gives the id there. */
    private byte[] address(DocumentCursor cursor, String target) {
        if (index.types().isSplit()) {
            body().into(target.getBytes(StandardCharsets.UTF_8));
        }
        if (!index.types().prefixesIds()) {
            return cursor.idBytes();
        }
        String id = new String(cursor.idBytes(), 0, cursor.idLength(), StandardCharsets.UTF_8);
        return index.types().id(cursor.type(), id).getBytes(StandardCharsets.UTF_8);
    }

    private int add(DocumentCursor cursor, String target, byte[] source, int offset, int length) {
        byte[] id = address(cursor, target);
        int idLength = id == cursor.idBytes() ? cursor.idLength() : id.length;
        body().index(
                        id,
                        idLength,
                        cursor.routingBytes(),
                        cursor.routingLength(),
                        index.fence().of(cursor.seqNo(), cursor.version()),
                        source,
                        offset,
                        length);
        added(cursor.number(), target, length);
        if (cursor instanceof RebuildingCursor made && made.isRebuilt()) {
            rebuilt++;
        }
        return length;
    }

    /** Notes which Lucene document the action just added to the body came from. */
    private void added(int document, String target, int sourceLength) {
        if (openCount == documents.length) {
            documents = Arrays.copyOf(documents, openCount * 2);
            targets = Arrays.copyOf(targets, openCount * 2);
            open = Arrays.copyOf(open, openCount * 2);
        }
        documents[openCount] = document;
        targets[openCount] = target;
        open[openCount] = openCount;
        openCount++;
        sourceBytes += sourceLength;
    }

    private int leftOut(String rule) {
        leftOut.merge(rule, 1L, Long::sum);
        return 0;
    }

    /** No more documents: the range is settled up to {@code document} when this bulk is. */
    void closeAt(int document) {
        next = document;
    }

    int next() {
        return next;
    }

    int openActions() {
        return openCount;
    }

    /** How many of the open actions the next request carries. */
    int requestActions() {
        return oneByOne ? Math.min(1, openCount) : openCount;
    }

    /** The open action that the {@code i}th item of the last answer speaks of. */
    int action(int i) {
        return open[i];
    }

    int document(int action) {
        return documents[action];
    }

    /** The index that an action goes to. */
    String target(int action) {
        return targets[action];
    }

    /** Where its requests go. */
    String path() {
        return index.types().isSplit() ? BulkBody.PATH_OF_SEVERAL : BulkBody.path(index.target());
    }

    List<ByteBuffer> request() {
        return whole && !oneByOne ? body().content() : body().content(open, requestActions());
    }

    void carried() {
        carried++;
    }

    void superseded() {
        superseded++;
    }

    void failed(String line) {
        failed++;
        failures.add(line);
    }

    /**
     * Replaces the open actions by those which the last request left open and those which it did not carry.
     *
     * @param again the actions to send again, in {@code again[0, count)}
     */
    void keepOpen(int[] again, int count) {
        int carriedActions = requestActions();
        int rest = openCount - carriedActions;
        // What failed goes last: in one-by-one mode a stubborn document must not hold up the others.
        System.arraycopy(open, carriedActions, open, 0, rest);
        System.arraycopy(again, 0, open, rest, count);
        openCount = rest + count;
        whole = false;
    }

    Account account() {
        return new Account(carried, superseded, failed, leftOut, sourceBytes, rebuilt);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }
}
