package io.sluice.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What changed in a shard from one snapshot to a later one.
 *
 * <p>Segments are never changed, only documents in them deleted. So what was written since is in segments that only the later
 * snapshot has ({@link #written}); there it is among documents that a merge moved, which the base's {@link KnownOperations}
 * tell. What is gone was live in the base and is live neither in a segment that both have nor, by its id, among what was written
 * ({@link #gone}).
 *
 * <p>The same two snapshots always give the same answers. Belongs to one thread.
 *
 * <p><b>Memory:</b> one bit for each Lucene document of the base, and {@value #WINDOW_BYTES} bytes beside that while sequence numbers are
 * compared. {@link GoneDocuments} says what it takes itself.
 */
public final class ShardDelta implements Closeable {

    /** Sequence numbers are compared in windows of so many bits, however many a shard has: each costs a pass over doc values. */
    private static final int WINDOW_BYTES = 8 << 20;

    private static final int WINDOW = WINDOW_BYTES * Byte.SIZE;

    private static final String LOCAL_CHECKPOINT = "local_checkpoint";
    private static final String MAX_SEQ_NO = "max_seq_no";
    private static final String HISTORY = "history_uuid";

    private final String shard;
    private final Commit laterCommit;
    private final ShardReader base;
    private final ShardReader later;
    private final KnownOperations known;
    private final List<BaseSegment> baseSegments = new ArrayList<>();
    private final List<Segment> written = new ArrayList<>();

    private @Nullable BitSet candidates;

    /**
     * A segment of the base.
     *
     * @param first the number of its first document, of all documents of the base
     * @param fate what became of it
     */
    record BaseSegment(Segment segment, int first, Fate fate) {}

    enum Fate {
        /** The later snapshot has it as it was. */
        SAME,
        /** The later snapshot has it, with fewer live documents. */
        THINNED,
        /** The later snapshot does not have it: what was live in it was merged into another, or is deleted. */
        LEFT
    }

    private ShardDelta(String shard, Commit laterCommit, ShardReader base, ShardReader later, KnownOperations known) {
        this.shard = shard;
        this.laterCommit = laterCommit;
        this.base = base;
        this.later = later;
        this.known = known;
    }

    /**
     * Compares the commits of a shard. Reads them and the infos of their segments, no documents.
     *
     * @param base the shard in the older snapshot
     * @param baseTerm its primary term then; 0 when it is not known
     * @param later the same shard, of the same index by its UUID, in the newer snapshot
     * @throws RepositoryException when the shard was put back to an earlier state in between
     */
    public static ShardDelta open(ShardFiles base, long baseTerm, ShardFiles later, BlobStore store)
            throws IOException {
        ShardFiles baseFiles = Commit.withCommitInMemory(base, store);
        ShardFiles laterFiles = Commit.withCommitInMemory(later, store);
        Commit baseCommit = Commit.of(baseFiles, store);
        Commit laterCommit = Commit.of(laterFiles, store);
        refuseOtherHistory(later.describe(), baseCommit, laterCommit);
        refuseOrder(later.describe(), baseCommit, laterCommit);
        OptionalLong checkpoint = baseCommit.number(LOCAL_CHECKPOINT);
        KnownOperations known = checkpoint.isPresent() && baseTerm > 0
                ? new KnownOperations(checkpoint.getAsLong(), baseTerm)
                : KnownOperations.NONE;
        if (isUnchanged(baseCommit, baseFiles, laterCommit, laterFiles)) {
            return new ShardDelta(later.describe(), laterCommit, new NoSegments(), new NoSegments(), known);
        }
        ShardReader baseReader = ShardFormats.open(baseFiles, store);
        try {
            ShardReader laterReader = ShardFormats.open(laterFiles, store);
            return compared(
                    new Side(baseFiles, baseCommit, baseReader), new Side(laterFiles, laterCommit, laterReader), known);
        } catch (IOException | RuntimeException e) {
            baseReader.close();
            throw e;
        }
    }

    /** A shard in one of the snapshots. */
    record Side(ShardFiles files, Commit commit, ShardReader reader) {}

    static ShardDelta compared(Side base, Side later, KnownOperations known) throws CorruptBlobException {
        ShardDelta delta =
                new ShardDelta(later.files().describe(), later.commit(), base.reader(), later.reader(), known);
        delta.compare(base.commit(), base.files(), later.files());
        return delta;
    }

    private static boolean isUnchanged(Commit base, ShardFiles baseFiles, Commit later, ShardFiles laterFiles) {
        if (base.segments().size() != later.segments().size()) {
            return false;
        }
        for (int i = 0; i < base.segments().size(); i++) {
            CommittedSegment then = base.segments().get(i);
            CommittedSegment now = later.segments().get(i);
            if (!then.name().equals(now.name())
                    || !isSame(then, now, baseFiles, laterFiles)
                    || !now.hasTheDeletionsOf(then)) {
                return false;
            }
        }
        return true;
    }

    /** A shard that was restored in between, or got a stale copy as its primary, counts anew from where that was. */
    private static void refuseOtherHistory(String shard, Commit base, Commit later) throws RepositoryException {
        String before = base.userData().getOrDefault(HISTORY, "");
        String after = later.userData().getOrDefault(HISTORY, "");
        if (!before.isEmpty() && !after.isEmpty() && !before.equals(after)) {
            throw new RepositoryException(
                    "%s began a new history between the two snapshots (%s, then %s): it was restored, or a stale copy became its primary, so what changed cannot be told by sequence numbers. Carry its index as a whole into a target index that is made anew."
                            .formatted(shard, before, after));
        }
    }

    private static void refuseOrder(String shard, Commit base, Commit later) throws IOException {
        OptionalLong before = base.number(MAX_SEQ_NO);
        OptionalLong after = later.number(MAX_SEQ_NO);
        if (before.isPresent() && after.isPresent() && after.getAsLong() < before.getAsLong()) {
            throw new RepositoryException(
                    "%s has %s %d in the older snapshot and %d in the newer: they are the other way round, or it was put back to an earlier state in between. Name the older one with --since, or carry its index as a whole into a target index that is made anew."
                            .formatted(shard, MAX_SEQ_NO, before.getAsLong(), after.getAsLong()));
        }
    }

    private void compare(Commit baseCommit, ShardFiles baseFiles, ShardFiles laterFiles) throws CorruptBlobException {
        Map<String, CommittedSegment> kept = new HashMap<>();
        for (CommittedSegment segment : laterCommit.segments()) {
            kept.put(segment.name(), segment);
        }
        Map<String, CommittedSegment> before = new HashMap<>();
        for (CommittedSegment segment : baseCommit.segments()) {
            before.put(segment.name(), segment);
        }
        for (Segment segment : later.segments()) {
            CommittedSegment then = before.get(segment.name());
            CommittedSegment now = kept.get(segment.name());
            if (then == null || now == null || !isSame(then, now, baseFiles, laterFiles)) {
                written.add(segment);
                kept.remove(segment.name());
            }
        }
        int first = 0;
        for (Segment segment : base.segments()) {
            CommittedSegment now = kept.get(segment.name());
            CommittedSegment then = before.get(segment.name());
            Fate fate =
                    now == null || then == null ? Fate.LEFT : now.hasTheDeletionsOf(then) ? Fate.SAME : Fate.THINNED;
            baseSegments.add(new BaseSegment(segment, first, fate));
            first = Math.addExact(first, segment.documents()); // Lucene allows a shard no more than fit
        }
    }

    /** By id; a segment of Lucene 4 has none, and is the same when its documents are. */
    private static boolean isSame(
            CommittedSegment then, CommittedSegment now, ShardFiles baseFiles, ShardFiles laterFiles) {
        if (then.id().length > 0 || now.id().length > 0) {
            return Arrays.equals(then.id(), now.id());
        }
        return isSame(then.name() + ".cfs", baseFiles, laterFiles)
                || isSame(then.name() + ".fdt", baseFiles, laterFiles);
    }

    private static boolean isSame(String file, ShardFiles baseFiles, ShardFiles laterFiles) {
        ShardFile then = baseFiles.files().get(file);
        ShardFile now = laterFiles.files().get(file);
        return then != null
                && now != null
                && then.length() == now.length()
                && !then.checksum().isEmpty()
                && then.checksum().equals(now.checksum());
    }

    /** The shard in the newer snapshot. */
    public ShardReader later() {
        return later;
    }

    /** The segments that only the newer snapshot has, in commit order. */
    public List<Segment> written() {
        return List.copyOf(written);
    }

    /** Wants those documents of {@link #written} segments that did not come there by a merge alone. */
    public DocumentFilter changed() {
        return changed(false);
    }

    DocumentFilter changed(boolean skipsBytes) {
        return known.isEmpty() ? DocumentFilter.all() : new DocumentFilter.Except(known, skipsBytes);
    }

    /** How many Lucene documents the base has: {@link #gone} numbers them through all its segments. */
    public int baseDocuments() {
        BaseSegment last = baseSegments.isEmpty() ? null : baseSegments.get(baseSegments.size() - 1);
        return last == null ? 0 : last.first() + last.segment().documents();
    }

    /** Whether documents of the base may be gone. */
    public boolean mayHaveGone() {
        return baseSegments.stream().anyMatch(segment -> segment.fate() != Fate.SAME);
    }

    /** How many live documents were deleted from segments that both have; nested children included. */
    public long thinnedBy() {
        long sum = 0;
        for (BaseSegment then : baseSegments) {
            if (then.fate() == Fate.THINNED) {
                String name = then.segment().name();
                int now = later.segments().stream()
                        .filter(segment -> segment.name().equals(name))
                        .mapToInt(Segment::liveDocuments)
                        .sum();
                sum += Math.max(0, then.segment().liveDocuments() - now);
            }
        }
        return sum;
    }

    private long maxSeqNo() throws IOException {
        return laterCommit
                .number(MAX_SEQ_NO)
                .orElseThrow(() -> new RepositoryException(
                        "The commit of %s does not say its %s. Set fence to version for its index."
                                .formatted(shard, MAX_SEQ_NO)));
    }

    /**
     * The documents that were live in the base and are gone, by their number in the base from {@code from} (inclusive) to
     * {@code to} (exclusive). Closing the cursor does not close the delta.
     *
     * @param scope where ids are told apart
     * @param bySequence whether {@link GoneDocuments#maxSeqNo} is asked for
     * @throws RepositoryException when it is, and the shard has none
     */
    public GoneDocuments gone(int from, int to, IdScope scope, boolean bySequence) throws IOException {
        return new GoneDocuments(
                this, from, to, bySequence ? maxSeqNo() : -1, new IdTable(IdTable.MOST_DOCUMENTS, scope));
    }

    ShardReader base() {
        return base;
    }

    List<BaseSegment> baseSegments() {
        return List.copyOf(baseSegments);
    }

    /** The documents of the base that may be gone: all that are, and those which were written again. */
    BitSet candidates() throws IOException {
        BitSet found = candidates;
        if (found == null) {
            found = new BitSet(baseDocuments());
            long windows = known.isEmpty() ? 1 : 1 + known.upTo() / WINDOW;
            for (long window = 0; window < windows; window++) {
                mark(window * WINDOW, found);
            }
            candidates = found;
        }
        return found;
    }

    /**
     * Marks what may be gone, by sequence numbers from {@code from} on as far as the window reaches. An operation of the base that is
     * in a later segment was carried there by a merge.
     */
    private void mark(long from, BitSet marks) throws IOException {
        BitSet moved = new BitSet();
        boolean hasLeft = baseSegments.stream().anyMatch(segment -> segment.fate() == Fate.LEFT);
        if (hasLeft && !known.isEmpty()) {
            for (Segment segment : written) {
                later.operations(segment.name(), (document, seqNo, term) -> {
                    if (known.include(seqNo, term) && seqNo >= from && seqNo - from < WINDOW) {
                        moved.set((int) (seqNo - from));
                    }
                });
            }
        }
        for (BaseSegment segment : baseSegments) {
            if (segment.fate() == Fate.LEFT) {
                base.operations(segment.segment().name(), (document, seqNo, term) -> {
                    boolean isMoved = seqNo >= from && seqNo - from < WINDOW && moved.get((int) (seqNo - from));
                    // The first window marks them all, each takes away those it knows.
                    if (isMoved) {
                        marks.clear(segment.first() + document);
                    } else if (from == 0) {
                        marks.set(segment.first() + document);
                    }
                });
            } else if (segment.fate() == Fate.THINNED && from == 0) {
                markDeleted(segment, marks);
            }
        }
    }

    private void markDeleted(BaseSegment segment, BitSet marks) throws IOException {
        String name = segment.segment().name();
        BitSet deleted = base.live(name);
        deleted.andNot(later.live(name));
        deleted.stream().forEach(document -> marks.set(segment.first() + document));
    }

    @Override
    public void close() throws IOException {
        try {
            base.close();
        } finally {
            later.close();
        }
    }
}
