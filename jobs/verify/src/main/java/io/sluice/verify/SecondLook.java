package io.sluice.verify;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.state.StateFiles;
import io.sluice.verify.Mending.Difference;
import io.sluice.verify.Mending.Mended;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks again at what did not match, and decides.
 *
 * <p>Both sides are read again, as they are now. What is the same then was on its way when it was read. A difference stands when the
 * source's document has not changed since it was seen last, and all that was written before that has had the time to arrive; else it
 * is looked at once more. What changes all the time is not settled in the end, which is said, unless the target's version is
 * beyond all that the source has written. The target is read first: what is written in between then changes the source's document,
 * and never looks like a difference.
 *
 * <p>What the source does not have comes last: deleting from the target what lies under another routing would else take away
 * what was mended just now, as a shard has an id once. Blocks. Used by one thread.
 */
final class SecondLook implements AutoCloseable {

    private static final int AT_A_TIME = 100;
    private static final int MOST_ROUNDS = 5;

    private static final int MOST_EXAMPLES = 1_000;
    private static final int CONNECTIONS = 2;

    private static final String ID_SHARED = "id_shared_at_source";

    private final VerifySpec spec;
    private final Journal journal;
    private final double documentsPerSecond;
    private final RawHttp targetHttp;
    private final AskedSource source;
    private final TargetLook target;
    private final Mending mending;
    private final ReplayWatch watch;

    private long equalAgain;
    private int examples;
    private Instant seenBefore = Instant.now();
    private long freeAtNanos = System.nanoTime();

    /** What is to be looked at. */
    interface Suspects {
        /** Shows each; those that were settled or decided on meanwhile not again. */
        void each(Visitor visitor) throws Exception;

        /** One needs no word. */
        void settled(String key) throws Exception;

        /** One is not, and looks like this now. */
        void changed(String key, Sighting now) throws Exception;

        /** How one differed that was mended, or was about to be when an earlier attempt ended; null for all others. */
        @Nullable
        String intended(String key) throws Exception;

        /** One was written to, and is not equal yet; this is how it differed. */
        void intends(String key, String line) throws Exception;

        /** This is to be told of one; it was written down. */
        void decided(String key, String line) throws Exception;
    }

    /** Takes a suspect. */
    @FunctionalInterface
    interface Visitor {
        /** Takes it. */
        void see(String key, Sighting sighting) throws Exception;
    }

    private SecondLook(
            VerifySpec spec, AskedSource source, RawHttp targetHttp, Journal journal, double documentsPerSecond) {
        this.spec = spec;
        this.documentsPerSecond = documentsPerSecond;
        this.journal = journal;
        this.targetHttp = targetHttp;
        this.source = source;
        this.target = new TargetLook(targetHttp);
        this.mending = new Mending(
                target,
                source,
                new IndexLook(Side.TARGET, targetHttp, spec.plan().atTarget()),
                spec.plan());
        boolean isAtRest = spec.source() instanceof VerifySource.InSnapshot;
        this.watch = new ReplayWatch(new StateFiles(spec.state()), spec.settling(), !isAtRest);
    }

    /**
     * Opens connections, and asks nothing yet.
     *
     * @param journal that was read
     * @param subtasks how many share the rate
     */
    static SecondLook open(VerifySpec spec, Journal journal, int subtasks) throws IOException {
        RawHttpOptions options =
                RawHttpOptions.DEFAULT.withMaxConnections(CONNECTIONS).withMaxAnswerBytes(PartsFetcher.LONGEST_PAGE);
        double rate = spec.documentsPerSecond() / subtasks;
        return new SecondLook(spec, source(spec, options), RawHttps.open(spec.target(), options), journal, rate);
    }

    private static AskedSource source(VerifySpec spec, RawHttpOptions options) throws IOException {
        if (spec.source() instanceof VerifySource.InSnapshot snapshot) {
            return new SnapshotLook(snapshot, spec);
        }
        VerifySource.Living living = (VerifySource.Living) spec.source();
        return new SourceLook(RawHttps.open(living.address(), options), spec);
    }

    /** Decides on all of them. */
    void settle(Suspects suspects) throws Exception {
        pass(suspects, true);
        pass(suspects, false);
    }

    /** How many were the same on both sides, and needed no word. */
    long equalAgain() {
        return equalAgain;
    }

    /** @param atSource whether only those that the source showed */
    private void pass(Suspects suspects, boolean atSource) throws Exception {
        int number = 1;
        int troubled = 1;
        Round round;
        do {
            round = new Round(suspects, number == MOST_ROUNDS || troubled == Tried.MOST_ATTEMPTS);
            round.look(atSource);
            seenBefore = Instant.now(); // the round saw its last document now
            if (round.hasOnlyTroubles()) {
                TimeUnit.MILLISECONDS.sleep(BackOff.millis(troubled));
                troubled++;
            } else {
                number++;
            }
        } while (round.undecided > 0);
    }

    /** One look at all that is left. */
    private final class Round {
        private final Suspects suspects;
        private final List<Suspect> batch = new ArrayList<>();
        private final List<Journal.Line> decided = new ArrayList<>();
        private boolean isBegun;
        private boolean hasArrived;
        private boolean isLast;
        private double filled;
        private int undecided;
        private int troubles;

        Round(Suspects suspects, boolean isLast) {
            this.suspects = suspects;
            this.isLast = isLast;
        }

        void look(boolean atSource) throws Exception {
            suspects.each((key, sighting) -> {
                if (!atSource || sighting.source() != null) {
                    see(key, sighting);
                }
            });
            if (!batch.isEmpty()) {
                look();
            }
        }

        boolean hasOnlyTroubles() {
            return undecided > 0 && undecided == troubles;
        }

        private void see(String key, Sighting sighting) throws Exception {
            if (!isBegun) {
                isBegun = true;
                hasArrived = watch.awaitPast(seenBefore);
                isLast |= !hasArrived; // who did not come so far in this time is not waited for again
            }
            Suspect suspect = new Suspect(DocumentKey.of(key), sighting);
            batch.add(suspect);
            filled += 1.0 / spec.plan().pageSize(suspect.key().index());
            if (batch.size() == AT_A_TIME || filled >= 1) {
                look();
            }
        }

        private void look() throws Exception {
            List<Suspect> now = List.copyOf(batch);
            batch.clear();
            filled = 0;
            Halves.each(now, this::look, this::leave);
        }

        private void look(List<Suspect> now) throws Exception {
            List<TargetLook.Found> atTarget = Tried.call(
                    "looking again",
                    () -> target.ask(now.stream().map(Suspect::key).toList()));
            pace(now.size());
            Map<Suspect, SourceAnswer> atSource = Tried.call("looking again", () -> source.ask(now));
            List<Difference> differences = new ArrayList<>();
            for (int i = 0; i < now.size(); i++) {
                Suspect suspect = now.get(i);
                SourceAnswer answer = atSource.getOrDefault(suspect, new SourceAnswer.Later("no answer"));
                Difference difference = judge(suspect, answer, atTarget.get(i));
                if (difference != null) {
                    differences.add(difference);
                }
            }
            tell(differences);
        }

        /** One that is too much by itself. */
        private void leave(Suspect suspect, TooMuchException why) throws Exception {
            String trouble = why.isForGood()
                    ? "it is too large to be looked at again, or refused"
                    : "there is too little memory now";
            leave(suspect, suspect.before(), trouble);
            tell(List.of());
        }

        private @Nullable Difference judge(Suspect suspect, SourceAnswer answer, TargetLook.Found found)
                throws Exception {
            String trouble = answer instanceof SourceAnswer.Later later ? later.why() : found.error();
            if (!trouble.isEmpty()) {
                leave(suspect, suspect.before(), trouble);
                return null;
            }
            if (suspect.before().isShared()) {
                return difference(suspect, new SourceAnswer.NotComparable(ID_SHARED), found);
            }
            if (answer instanceof SourceAnswer.NotComparable rule) {
                return judgeByBefore(suspect, rule, found);
            }
            Seen atSource = answer instanceof SourceAnswer.Present present ? present.seen() : null;
            Sighting now = new Sighting(atSource, found.seen());
            if (now.isEqual()) {
                equal(suspect.key().text());
                return null;
            }
            if (hasArrived && (now.isAsStableAs(suspect.before()) || now.isAheadOfSource())) {
                return difference(suspect, answer, found);
            }
            open(suspect, now, "");
            return null;
        }

        /** The source does not show it any more, by a rule: what it showed before is all that is known, and no longer certain. */
        private @Nullable Difference judgeByBefore(
                Suspect suspect, SourceAnswer.NotComparable answer, TargetLook.Found found) throws Exception {
            Seen before = suspect.before().source();
            Seen there = found.seen();
            if (before != null && there == null && hasArrived) {
                return difference(suspect, answer, found);
            }
            if (before != null && there != null && before.isMetBy(there)) {
                settle(suspect.key().text(), before);
            } else {
                open(suspect, suspect.before(), answer.rule());
            }
            return null;
        }

        /** One that was bare was counted as not compared when it was read. */
        private void settle(String key, Seen before) throws Exception {
            if (before.isBare()) {
                suspects.settled(key);
            } else {
                equal(key);
            }
        }

        /** For another round, in which something may be better. */
        private void leave(Suspect suspect, Sighting now, String trouble) throws Exception {
            troubles++;
            open(suspect, now, trouble);
        }

        /** For another round; in the last one it is not settled. */
        private void open(Suspect suspect, Sighting now, String reason) throws Exception {
            if (isLast) {
                decide(
                        suspect.key().text(),
                        Outcome.notSettled(suspect.key(), suspect.before().source(), reason));
            } else {
                undecided++;
                suspects.changed(suspect.key().text(), now);
            }
        }

        private void decide(String key, String line) {
            decided.add(new Journal.Line(key, line, true));
        }

        private void equal(String key) throws Exception {
            String intended = suspects.intended(key);
            if (intended == null) {
                equalAgain++;
                suspects.settled(key);
            } else {
                decide(key, Outcome.repaired(intended));
            }
        }

        private Difference difference(Suspect suspect, SourceAnswer answer, TargetLook.Found found) throws IOException {
            List<String> paths = List.of();
            boolean isShown = found.seen() != null && !found.seen().isBare();
            if (answer instanceof SourceAnswer.Present present && isShown && examples < MOST_EXAMPLES) {
                examples++;
                paths = FieldPaths.between(present.source().toByteArray(), found.source());
            }
            return new Difference(suspect, answer, found, paths);
        }

        /**
         * Mends them if that is wanted, and writes down what is to be told: before, that they are about to be, and then what came of
         * it.
         */
        private void tell(List<Difference> differences) throws Exception {
            journal.next();
            List<Mended> mended = List.of();
            List<Journal.Line> written = new ArrayList<>(); // and not equal all the same: it is told when it is
            if (spec.repair() && !differences.isEmpty()) {
                List<Journal.Line> intended = new ArrayList<>(decided);
                differences.stream()
                        .filter(one -> one.obstacle().isEmpty())
                        .forEach(one -> intended.add(line(one, null, false)));
                journal.keep(intended);
                mended = mending.mend(differences);
            }
            for (int i = 0; i < differences.size(); i++) {
                Difference one = differences.get(i);
                Mended what = spec.repair() ? mended.get(i) : null;
                if (what != null && what.isOpen() && !isLast) {
                    open(one.suspect(), one.now(), what.trouble());
                    if (what.isWritten()) {
                        written.add(line(one, null, false));
                    }
                } else {
                    decided.add(line(one, what == null ? null : what.trouble(), true));
                }
            }
            List<Journal.Line> kept = new ArrayList<>(decided);
            kept.addAll(written);
            journal.keep(kept);
            for (Journal.Line line : decided) {
                suspects.decided(line.key(), line.text());
            }
            for (Journal.Line line : written) {
                suspects.intends(line.key(), line.text());
            }
            decided.clear();
        }
    }

    /** Waits until the source may be asked for so many more. */
    private void pace(int documents) throws InterruptedException {
        if (documentsPerSecond > 0) {
            TimeUnit.NANOSECONDS.sleep(freeAtNanos - System.nanoTime());
            freeAtNanos = Math.max(freeAtNanos, System.nanoTime()) + (long) (1e9 * documents / documentsPerSecond);
        }
    }

    private static Journal.Line line(Difference difference, @Nullable String trouble, boolean isDecided) {
        return new Journal.Line(difference.suspect().key().text(), Outcome.of(difference, trouble), isDecided);
    }

    @Override
    public void close() {
        source.close();
        targetHttp.close();
    }
}
