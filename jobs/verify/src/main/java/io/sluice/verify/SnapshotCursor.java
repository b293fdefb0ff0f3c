package io.sluice.verify;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.backfill.ShardDocuments;
import io.sluice.cluster.BackOff;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.source.FoundDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source's side of a part in a snapshot: its shards one after another. What the repository does not give now is read again from
 * there after a pause that grows.
 */
final class SnapshotCursor implements PartCursor {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCursor.class);

    /** A page ends when it has so many documents, or such large ones. */
    private static final int PAGE = 1_000;

    private static final long PAGE_BYTES = 4L << 20;

    /** With the longest pause of five seconds, about a minute. */
    private static final int MOST_ATTEMPTS = 15;

    private static final long LOOK_MILLIS = 20;

    private final SnapshotSide side;
    private final List<Part.Shard> shards;

    private @Nullable ShardDocuments open;
    private int shard;
    private int attempts;
    private long resumeAtNanos;
    private long documents;
    private long documentsBefore;

    SnapshotCursor(SnapshotSide side, Part part) {
        this.side = side;
        this.shards = part.source();
    }

    @Override
    public Side side() {
        return Side.SOURCE;
    }

    @Override
    public long documents() {
        return documents;
    }

    @Override
    public int longestPage() {
        return PAGE;
    }

    @Override
    public boolean isIdle() {
        return false;
    }

    /** How large a shard is shows when it is opened: each counts as much as another. */
    @Override
    public double progress() {
        double ofShard = open == null ? 0 : (double) (documents - documentsBefore) / Math.max(1, open.live());
        return (shard + ofShard) / shards.size();
    }

    @Override
    public boolean prepare() {
        return shard < shards.size();
    }

    @Override
    public Step step(HitPage.Visitor visitor, BooleanSupplier woken) throws IOException, InterruptedException {
        while (resumeAtNanos > 0 && System.nanoTime() < resumeAtNanos) {
            if (woken.getAsBoolean()) {
                return Step.NOTHING;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        resumeAtNanos = 0;
        Part.Shard at = shards.get(shard);
        ShardDocuments from = opened(at);
        return from == null ? Step.NOTHING : page(at, from, visitor);
    }

    private @Nullable ShardDocuments opened(Part.Shard at) throws IOException {
        if (open == null) {
            try {
                open = side.reading().documents(at.index(), at.number());
                documentsBefore = documents;
            } catch (IOException e) {
                again(at, e);
            }
        }
        return open;
    }

    private Step page(Part.Shard at, ShardDocuments from, HitPage.Visitor visitor) throws IOException {
        long bytes = 0;
        for (int i = 0; i < PAGE && bytes < PAGE_BYTES; i++) {
            DocumentCursor document;
            try {
                document = from.next();
            } catch (IOException e) {
                again(at, e);
                return Step.NOTHING;
            }
            attempts = 0;
            if (document == null) {
                close();
                shard++;
                return Step.PAGE;
            }
            documents++;
            bytes += Math.max(0, document.sourceLength());
            SnapshotPlace place = new SnapshotPlace(at.number(), from.segment(), document.number());
            visitor.see(hit(at.index(), document, place));
        }
        return Step.PAGE;
    }

    /** A document as a search would show it. Its source is valid as long as the cursor stands on it. */
    static Hit hit(String index, DocumentCursor document, SnapshotPlace place) {
        int length = document.sourceLength();
        ByteString source = length < 0
                ? null
                : UnsafeByteOperations.unsafeWrap(document.sourceBytes(), document.sourceOffset(), length);
        return new Hit(
                new FoundDocument(
                        index,
                        document.type(),
                        text(document.idBytes(), document.idLength()),
                        document.routingLength() < 0 ? null : text(document.routingBytes(), document.routingLength()),
                        true,
                        document.seqNo(),
                        -1,
                        document.version(),
                        source,
                        ""),
                0,
                0,
                place.text(),
                false);
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void again(Part.Shard at, IOException why) throws IOException {
        SnapshotSide.refuseForGood(why);
        attempts++;
        if (attempts > MOST_ATTEMPTS) {
            throw new IOException(
                    "shard %s[%d] of the snapshot cannot be read, tried %d times; the last time: %s"
                            .formatted(at.index(), at.number(), attempts, why.getMessage()),
                    why);
        }
        LOG.info("shard {}[{}] of the snapshot cannot be read now, and is tried again", at.index(), at.number(), why);
        resumeAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BackOff.millis(attempts));
    }

    @Override
    public void close() {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.warn("closing a shard of the snapshot failed", e);
            }
            open = null;
        }
    }
}
