package io.sluice.verify;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.BulkBody;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the source has over what differs, and looks whether that is there then. Blocks.
 *
 * <p>Fenced as backfill and replay write. Where these write without a fence, a write is bound to the target's document as it was
 * seen: whatever came since wins.
 */
final class Mending {

    /** Of one bulk, unless a document alone is longer. */
    private static final long MOST_BYTES = 10L << 20;

    private static final int CHUNK = 64 << 10;

    /** With the longest pause of five seconds, about half a minute. */
    private static final int MOST_ATTEMPTS = 12;

    static final String TARGET_SOURCE_NOT_STORED = "target_source_not_stored";

    private static final String TARGET_IS_NEWER = "target_is_newer";

    private final TargetLook target;
    private final AskedSource source;
    private final IndexLook atTarget;
    private final VerifyPlan plan;
    private final BulkBody body = new BulkBody(CHUNK);

    Mending(TargetLook target, AskedSource source, IndexLook atTarget, VerifyPlan plan) {
        this.target = target;
        this.source = source;
        this.atTarget = atTarget;
        this.plan = plan;
    }

    /**
     * A document that differs.
     *
     * @param found as the target has it
     * @param paths in which it differs, of the first documents only
     */
    record Difference(Suspect suspect, SourceAnswer answer, TargetLook.Found found, List<String> paths) {

        @Nullable
        Seen there() {
            return found.seen();
        }

        /** Both sides as they were when it was found to differ. */
        Sighting now() {
            return new Sighting(answer instanceof SourceAnswer.Present present ? present.seen() : null, there());
        }

        /** What it is called in files and reports. */
        String verdict() {
            return answer instanceof SourceAnswer.Missing
                    ? Account.EXTRA
                    : there() == null ? Account.MISSING : Account.DIFFERENT;
        }

        /** By which rule it differs, whatever is in it; empty for none. */
        String rule() {
            if (answer instanceof SourceAnswer.NotComparable one) {
                return one.rule();
            }
            if (!(answer instanceof SourceAnswer.Present present)) {
                return "";
            }
            if (isBareThere()) {
                return TARGET_SOURCE_NOT_STORED;
            }
            return isNewerThere(present) ? TARGET_IS_NEWER : "";
        }

        /** A snapshot does not change: what was written since has a higher number. */
        private boolean isNewerThere(SourceAnswer.Present present) {
            Seen there = there();
            boolean isOfSnapshot = !present.seen().place().isEmpty();
            return isOfSnapshot && there != null && fence() >= 0 && there.mark() > fence();
        }

        private boolean isBareThere() {
            Seen there = there();
            return there != null && there.isBare();
        }

        /** Why it cannot be mended, by what is known of it; empty when it can. */
        String obstacle() {
            if (answer instanceof SourceAnswer.NotComparable) {
                return "the source does not show what is to be written";
            }
            boolean isUnbound = fence() < 0 && there() != null && found.seqNo() < 0;
            return isUnbound
                    ? "it is written without a fence, and the target tells no sequence number to bind that to"
                    : rule();
        }

        /** Where the source's highest number is not known, that of the document itself: what is written later still wins. */
        private long fence() {
            if (answer instanceof SourceAnswer.Present present) {
                return present.write().fence();
            }
            if (answer instanceof SourceAnswer.Missing missing && missing.delete() != null) {
                return missing.delete().fence();
            }
            Seen there = there();
            return there == null ? Seen.UNKNOWN : there.mark();
        }

        private byte[] source() {
            return answer instanceof SourceAnswer.Present present
                    ? present.source().toByteArray()
                    : new byte[0];
        }

        private long bytes() {
            return answer instanceof SourceAnswer.Present present
                    ? present.source().size()
                    : 0;
        }
    }

    /**
     * What came of mending.
     *
     * @param trouble why it is not equal; empty when it is
     * @param isOpen whether that may be so only for now, as something else wrote to it
     * @param isWritten whether the target took what was written
     */
    record Mended(String trouble, boolean isOpen, boolean isWritten) {

        private static final Mended DONE = new Mended("", false, true);

        private static Mended not(String trouble) {
            return new Mended(trouble, false, false);
        }
    }

    /** Mends them, and says of each what came of it. */
    List<Mended> mend(List<Difference> differences) throws Exception {
        IdentityHashMap<Difference, Mended> mended = new IdentityHashMap<>();
        List<Difference> bulk = new ArrayList<>();
        long bytes = 0;
        for (Difference one : differences) {
            String obstacle = one.obstacle();
            if (!obstacle.isEmpty()) {
                mended.put(one, Mended.not(obstacle));
                continue;
            }
            if (bytes + one.bytes() > MOST_BYTES) {
                write(bulk, mended);
                bulk.clear();
                bytes = 0;
            }
            bulk.add(one);
            bytes += one.bytes();
        }
        write(bulk, mended);
        return differences.stream()
                .map(one -> Objects.requireNonNull(mended.get(one)))
                .toList();
    }

    private void write(List<Difference> bulk, IdentityHashMap<Difference, Mended> mended) throws Exception {
        if (!bulk.isEmpty()) {
            Halves.each(
                    bulk,
                    some -> mended.putAll(Tried.call("mending", () -> written(some))),
                    (one, why) -> mended.put(
                            one, new Mended("it is too large for the target, or refused", !why.isForGood(), false)));
        }
    }

    private IdentityHashMap<Difference, Mended> written(List<Difference> bulk)
            throws IOException, InterruptedException {
        IdentityHashMap<Difference, Mended> said = sent(bulk);
        List<TargetLook.Found> now =
                target.ask(bulk.stream().map(one -> one.suspect().key()).toList());
        for (int i = 0; i < bulk.size(); i++) {
            if (isMended(bulk.get(i), now.get(i))) {
                said.put(bulk.get(i), Mended.DONE);
            }
        }
        return said;
    }

    /** What was said of each that is not mended. Those that the target has no time for are sent again. */
    private IdentityHashMap<Difference, Mended> sent(List<Difference> bulk) throws IOException, InterruptedException {
        IdentityHashMap<Difference, Mended> said = new IdentityHashMap<>();
        List<Difference> left = ofSameIndices(bulk, said);
        for (int attempt = 1; !left.isEmpty(); attempt++) {
            body.clear();
            left.forEach(this::add);
            RawResponse answer = target.send(BulkBody.PATH_OF_SEVERAL, "application/x-ndjson", body.content());
            BulkAnswer items = BulkAnswer.parse(answer.body(), left.size());
            List<Difference> again = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                said.put(left.get(i), said(items, i));
                if (items.verdict(i) == ItemVerdict.RETRY && attempt < MOST_ATTEMPTS) {
                    again.add(left.get(i));
                }
            }
            left = again;
            if (!left.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(BackOff.millis(attempt));
                left = ofSameIndices(left, said);
            }
        }
        return said;
    }

    /**
     * Those whose indices are the ones that were compared. In an index that was made anew, what was decided means nothing, and its fence is
     * above all that was written there; and a bulk would make one that is not there.
     */
    private List<Difference> ofSameIndices(List<Difference> bulk, IdentityHashMap<Difference, Mended> said)
            throws IOException, InterruptedException {
        Map<String, Boolean> sameAtTarget = new HashMap<>();
        Map<String, Boolean> sameAtSource = new HashMap<>();
        List<Difference> same = new ArrayList<>();
        for (Difference one : bulk) {
            String index = one.suspect().key().index();
            if (!isSame(atTarget::isSame, index, sameAtTarget)) {
                said.put(one, Mended.not("the target's index was made anew or deleted meanwhile"));
            } else if (!areSame(plan.sourcesOf(index), sameAtSource)) {
                said.put(one, Mended.not("the source's index was made anew or deleted meanwhile"));
            } else {
                same.add(one);
            }
        }
        return same;
    }

    private boolean areSame(List<String> indices, Map<String, Boolean> known) throws IOException, InterruptedException {
        for (String index : indices) {
            if (!isSame(source::isSame, index, known)) {
                return false;
            }
        }
        return true;
    }

    /** Asks whether an index is the one that was compared. */
    @FunctionalInterface
    private interface Look {
        boolean isSame(String index) throws IOException, InterruptedException;
    }

    private static boolean isSame(Look look, String index, Map<String, Boolean> known)
            throws IOException, InterruptedException {
        Boolean isSame = known.get(index);
        if (isSame == null) {
            isSame = look.isSame(index);
            known.put(index, isSame);
        }
        return isSame;
    }

    private static boolean isMended(Difference difference, TargetLook.Found now) {
        Seen there = now.seen();
        if (difference.answer() instanceof SourceAnswer.Present present) {
            return there != null && present.seen().isMetBy(there);
        }
        return there == null && now.error().isEmpty();
    }

    /** Reasons of servers can quote documents: their types do not. */
    private static Mended said(BulkAnswer items, int item) {
        return switch (items.verdict(item)) {
            case SUPERSEDED ->
                new Mended(
                        "the target holds a higher version than the source's: something else wrote to it", true, false);
            case APPLIED -> new Mended("it was written, and is different again", true, true);
            default -> Mended.not((items.status(item) + " " + items.errorType(item)).strip());
        };
    }

    private void add(Difference difference) {
        DocumentKey key = difference.suspect().key();
        byte[] id = key.id().getBytes(StandardCharsets.UTF_8);
        byte[] routing = key.routing() == null ? new byte[0] : key.routing().getBytes(StandardCharsets.UTF_8);
        int routingLength = key.routing() == null ? -1 : routing.length;
        byte[] source = difference.source();
        long fence = difference.fence();
        body.into(key.index().getBytes(StandardCharsets.UTF_8));
        if (fence < 0 && difference.there() != null) {
            body.onlyAt(difference.found().seqNo(), difference.found().primaryTerm());
        }
        if (difference.answer() instanceof SourceAnswer.Missing) {
            body.delete(id, id.length, routing, routingLength, fence);
        } else if (fence < 0 && difference.there() == null) {
            body.create(id, id.length, routing, routingLength, source);
        } else {
            body.index(id, id.length, routing, routingLength, fence, source, 0, source.length);
        }
    }
}
