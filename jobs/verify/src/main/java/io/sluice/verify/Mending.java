package io.sluice.verify;

import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.BulkBody;
import io.sluice.cluster.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what the source has over what differs, fenced as backfill and replay write, and looks whether that is there then. Blocks. */
final class Mending {

    private static final int CHUNK = 64 << 10;

    private final TargetLook target;
    private final BulkBody body = new BulkBody(CHUNK);

    Mending(TargetLook target) {
        this.target = target;
    }

    /**
     * A document that differs.
     *
     * @param there as the target has it; null when it does not
     * @param paths in which it differs, of the first documents only
     */
    record Difference(
            Suspect suspect, SourceAnswer answer, @Nullable Seen there, List<String> paths) {

        /** What it is called in files and reports. */
        String verdict() {
            return answer instanceof SourceAnswer.Missing
                    ? Account.EXTRA
                    : there == null ? Account.MISSING : Account.DIFFERENT;
        }

        /** Whether the source shows what is to be written. */
        boolean canBeMended() {
            return !(answer instanceof SourceAnswer.NotComparable);
        }
    }

    /** Mends them; of each, why it could not be mended, or nothing. */
    List<String> mend(List<Difference> differences) throws IOException, InterruptedException {
        List<String> reasons = new ArrayList<>();
        List<Difference> able = new ArrayList<>();
        for (Difference difference : differences) {
            boolean isAble = difference.canBeMended();
            reasons.add(isAble ? "" : "the source does not show what is to be written");
            if (isAble) {
                able.add(difference);
            }
        }
        Iterator<String> told = written(able).iterator();
        reasons.replaceAll(reason -> reason.isEmpty() ? told.next() : reason);
        return reasons;
    }

    private List<String> written(List<Difference> differences) throws IOException, InterruptedException {
        if (differences.isEmpty()) {
            return List.of();
        }
        body.clear();
        differences.forEach(this::add);
        RawResponse answer = target.send(BulkBody.PATH_OF_SEVERAL, "application/x-ndjson", body.content());
        BulkAnswer items = BulkAnswer.parse(answer.body(), differences.size());
        List<TargetLook.Found> now =
                target.ask(differences.stream().map(one -> one.suspect().key()).toList());
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < differences.size(); i++) {
            reasons.add(isMended(differences.get(i), now.get(i)) ? "" : reason(items, i));
        }
        return reasons;
    }

    private static boolean isMended(Difference difference, TargetLook.Found now) {
        Seen there = now.seen();
        if (difference.answer() instanceof SourceAnswer.Present present) {
            return there != null && there.isEqualTo(present.seen());
        }
        return there == null && now.error().isEmpty();
    }

    private static String reason(BulkAnswer items, int item) {
        return switch (items.verdict(item)) {
            case SUPERSEDED -> "the target holds a higher version than the source's: something else wrote to it";
            case APPLIED -> "it was written, and is different again";
            default -> items.status(item) + " " + items.errorType(item) + ": " + items.errorReason(item);
        };
    }

    private void add(Difference difference) {
        DocumentKey key = difference.suspect().key();
        byte[] id = key.id().getBytes(StandardCharsets.UTF_8);
        byte[] routing = key.routing() == null ? new byte[0] : key.routing().getBytes(StandardCharsets.UTF_8);
        int routingLength = key.routing() == null ? -1 : routing.length;
        body.into(key.index().getBytes(StandardCharsets.UTF_8));
        if (difference.answer() instanceof SourceAnswer.Present present) {
            byte[] source = present.source().toByteArray();
            body.index(id, id.length, routing, routingLength, present.write().fence(), source, 0, source.length);
        } else {
            body.delete(id, id.length, routing, routingLength, fence(difference));
        }
    }

    /** Where the source's highest number is not known, that of the document itself: what is written later still wins. */
    private static long fence(Difference difference) {
        if (difference.answer() instanceof SourceAnswer.Missing missing && missing.delete() != null) {
            return missing.delete().fence();
        }
        return difference.there() == null ? Seen.UNKNOWN : difference.there().mark();
    }
}
