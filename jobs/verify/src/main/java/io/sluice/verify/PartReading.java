package io.sluice.verify;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.api.java.tuple.Tuple2;

/**
 * Reads both sides of one part, the one that is behind first, and gives what does not match between them. Used by one thread.
 *
 * <p>A part whose reading was cut off is read again from its beginning. What was given before then is given again or matches
 * what is, and what is left of it turns out to be none when it is looked at again: so nothing has to be kept of it.
 */
final class PartReading {

    /** A document that waits takes about 400 bytes. */
    private static final int MOST_WAITING = 50_000;

    private static final int MOST_RESTARTS = 20;

    private final Part part;
    private final VerifySpec spec;
    private final SourceSide sourceSide;
    private final RawHttp targetHttp;
    private final Shapes shapes;
    private final double documentsPerSecond;
    private final LongSupplier nanoTime;
    private final Set<String> closed;
    private List<Tuple2<String, byte[]>> given = new ArrayList<>();
    private final Window window =
            new Window(MOST_WAITING, (key, sighting) -> given.add(Tuple2.of(key, sighting.toBytes())));
    private final Tally tally = new Tally();

    private PartCursor source;
    private PartCursor target;
    private int restarts;
    private long freeAtNanos;
    private long restUntilNanos;
    private boolean isOver;

    /**
     * Reads nothing yet.
     *
     * @param documentsPerSecond of the source; 0 for unlimited
     * @param nanoTime by which it is told how long a side was not read
     */
    PartReading(
            Part part,
            VerifySpec spec,
            SourceSide sourceSide,
            RawHttp targetHttp,
            Shapes shapes,
            double documentsPerSecond,
            LongSupplier nanoTime) {
        this.part = part;
        this.spec = spec;
        this.sourceSide = sourceSide;
        this.targetHttp = targetHttp;
        this.shapes = shapes;
        this.documentsPerSecond = documentsPerSecond;
        this.nanoTime = nanoTime;
        this.closed = spec.plan().closedAtTarget();
        int longestPage = longestPage(documentsPerSecond);
        source = sourceSide.cursor(part, longestPage, nanoTime);
        target = targetCursor(longestPage);
    }

    /** What is read in a minute: a cluster forgets who comes back later than some times that. */
    private static int longestPage(double documentsPerSecond) {
        return documentsPerSecond == 0 ? Integer.MAX_VALUE : (int) Math.max(1, Math.ceil(60 * documentsPerSecond));
    }

    private PartCursor targetCursor(int longestPage) {
        return new SideCursor(Side.TARGET, targetHttp, spec.plan(), part, longestPage, nanoTime);
    }

    Part part() {
        return part;
    }

    boolean isOver() {
        return isOver;
    }

    /** How many documents were read on a side. */
    long documents(Side side) {
        return (side == Side.SOURCE ? source : target).documents();
    }

    /**
     * Reads one page.
     *
     * @param woken whether to come back without one
     * @return what did not match, and at the end how many there were
     */
    List<Tuple2<String, byte[]>> advance(BooleanSupplier woken) throws IOException, InterruptedException {
        given = new ArrayList<>(); // Flink keeps the last one
        if (!await(restUntilNanos, woken)) {
            return given;
        }
        boolean sourceGoesOn = source.prepare();
        boolean targetGoesOn = target.prepare();
        if (!sourceGoesOn && !targetGoesOn) {
            end();
            return given;
        }
        boolean isSourceNext = sourceGoesOn && (!targetGoesOn || isSourceNext());
        PartCursor next = isSourceNext ? source : target;
        if (isSourceNext && !await(freeAtNanos, woken)) {
            return given;
        }
        PartCursor.Step step = next.step(hit -> see(next.side(), hit), woken);
        if (step == PartCursor.Step.BROKEN) {
            restart();
        }
        return given;
    }

    /** The one that is behind, unless the other is about to be forgotten by its cluster. */
    private boolean isSourceNext() {
        if (source.isIdle() != target.isIdle()) {
            return source.isIdle();
        }
        return source.progress() <= target.progress();
    }

    /** Waits for a moment; false when it was woken before. */
    private static boolean await(long nanos, BooleanSupplier woken) throws InterruptedException {
        while (System.nanoTime() < nanos) {
            if (woken.getAsBoolean()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(Math.min(20, 1 + (nanos - System.nanoTime()) / 1_000_000));
        }
        return true;
    }

    private void see(Side side, Hit hit) throws IOException {
        if (side == Side.SOURCE) {
            seeSource(hit);
        } else {
            seeTarget(hit);
        }
    }

    private void seeSource(Hit hit) throws IOException {
        if (documentsPerSecond > 0) {
            freeAtNanos = Math.max(freeAtNanos, System.nanoTime()) + (long) (1e9 / documentsPerSecond);
        }
        DocumentKey key = shapes.key(hit);
        if (key == null && !spec.plan().only().isAll()) {
            return; // nothing names what has no place at the target
        }
        if (key == null) {
            tally.notCompared(spec.rules().names().targetName(hit.index()));
            return;
        }
        if (!shapes.samples(key.index(), key.id())) {
            return;
        }
        if (closed.contains(key.index())) {
            tally.read(Side.SOURCE, key.index());
            tally.notCompared(key.index());
            return;
        }
        Seen seen = shapes.source(hit);
        if (seen == null) {
            return;
        }
        tally.read(Side.SOURCE, key.index());
        if (seen.isBare()) {
            tally.notCompared(key.index());
        }
        if (hit.isUnchanged()) {
            tally.unchanged(key.index());
        }
        window.see(key.text(), Sighting.of(Side.SOURCE, seen));
    }

    private void seeTarget(Hit hit) {
        if (shapes.samples(hit.index(), hit.id())) {
            tally.read(Side.TARGET, hit.index());
            DocumentKey key = new DocumentKey(hit.index(), hit.id(), hit.routing());
            window.see(key.text(), Sighting.of(Side.TARGET, Shapes.target(hit)));
        }
    }

    private void end() {
        window.flush();
        given.add(Tuple2.of("", tally.line(part.number()).getBytes(StandardCharsets.UTF_8)));
        isOver = true;
    }

    private void restart() throws IOException {
        restarts++;
        if (restarts > MOST_RESTARTS) {
            throw new IOException("a part of %s was begun %d times and never read to its end"
                    .formatted(part.source().get(0).index(), restarts));
        }
        // Whoever forgot what was read, or did not go on with it, most often has too much to do.
        restUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BackOff.millis(restarts));
        close();
        window.clear();
        tally.clear();
        given.clear();
        source = sourceSide.cursor(part, source.longestPage(), nanoTime);
        target = targetCursor(target.longestPage());
    }

    void close() {
        source.close();
        target.close();
    }
}
