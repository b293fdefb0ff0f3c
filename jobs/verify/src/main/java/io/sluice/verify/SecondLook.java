package io.sluice.verify;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.state.StateFiles;
import io.sluice.verify.Mending.Difference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again at what did not match, and decides.
 *
 * <p>Both sides are read again, as they are now. What is the same then was on its way when it was read. A difference stands when the
 * source's document has not changed since it was seen last, and all that was written before that has had the time to arrive; else it
 * is looked at once more. What changes all the time is not settled in the end, which is said.
 *
 * <p>What the source does not have comes last: deleting from the target what lies under another routing would else take away
 * what was mended just now, as a shard has an id once. Blocks. Used by one thread.
 */
final class SecondLook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecondLook.class);

    private static final int AT_A_TIME = 100;
    private static final int MOST_ROUNDS = 5;
    private static final int MOST_ATTEMPTS = 30;
    private static final int MOST_EXAMPLES = 1_000;
    private static final int CONNECTIONS = 2;

    private final VerifySpec spec;
    private final Journal journal;
    private final RawHttp sourceHttp;
    private final RawHttp targetHttp;
    private final SourceLook source;
    private final TargetLook target;
    private final Mending mending;
    private final ReplayWatch watch;

    private long equalAgain;
    private int examples;
    private Instant seenBefore = Instant.now();

    /** What is to be looked at. */
    interface Suspects {
        /** Shows each; those that were settled or decided on meanwhile not again. */
        void each(Visitor visitor) throws Exception;

        /** One needs no word. */
        void settled(String key) throws Exception;

        /** One is not, and looks like this now. */
        void changed(String key, Sighting now) throws Exception;

        /** How one differed that an earlier attempt was about to mend; null for all others. */
        @Nullable
        String intended(String key) throws Exception;

        /** This is to be told of one; it was written down. */
        void decided(String key, String line) throws Exception;
    }

    /** Takes a suspect. */
    @FunctionalInterface
    interface Visitor {
        /** Takes it. */
        void see(String key, Sighting sighting) throws Exception;
    }

    private SecondLook(VerifySpec spec, RawHttp sourceHttp, RawHttp targetHttp, Journal journal) {
        this.spec = spec;
        this.journal = journal;
        this.sourceHttp = sourceHttp;
        this.targetHttp = targetHttp;
        this.source = new SourceLook(sourceHttp, spec);
        this.target = new TargetLook(targetHttp);
        this.mending = new Mending(target);
        this.watch = new ReplayWatch(new StateFiles(spec.state()), seenBefore.plus(spec.settling()));
    }

    /** @param journal that was read */
    static SecondLook open(VerifySpec spec, Journal journal) throws IOException {
        RawHttpOptions options =
                RawHttpOptions.DEFAULT.withMaxConnections(CONNECTIONS).withMaxAnswerBytes(PartsFetcher.LONGEST_PAGE);
        RawHttp source = RawHttps.open(spec.source(), options);
        return new SecondLook(spec, source, RawHttps.open(spec.target(), options), journal);
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
        boolean isAnyLeft = true;
        for (int number = 1; number <= MOST_ROUNDS && isAnyLeft; number++) {
            Round round = new Round(suspects, number == MOST_ROUNDS);
            suspects.each((key, sighting) -> {
                if (!atSource || sighting.source() != null) {
                    round.see(key, sighting);
                }
            });
            round.end();
            seenBefore = Instant.now(); // the round saw its last document now
            isAnyLeft = round.undecided > 0;
        }
    }

    /** One look at all that is left. */
    private final class Round {
        private final Suspects suspects;
        private final boolean isLast;
        private final List<Suspect> batch = new ArrayList<>();
        private final List<Journal.Line> decided = new ArrayList<>();
        private boolean isBegun;
        private boolean hasArrived;
        private int undecided;

        Round(Suspects suspects, boolean isLast) {
            this.suspects = suspects;
            this.isLast = isLast;
        }

        void see(String key, Sighting sighting) throws Exception {
            if (!isBegun) {
                isBegun = true;
                hasArrived = watch.awaitPast(seenBefore);
            }
            batch.add(new Suspect(DocumentKey.of(key), sighting));
            if (batch.size() == AT_A_TIME) {
                look();
            }
        }

        void end() throws Exception {
            if (!batch.isEmpty()) {
                look();
            }
        }

        private void look() throws Exception {
            Map<Suspect, SourceAnswer> atSource = tried("looking again", () -> source.ask(batch));
            List<TargetLook.Found> atTarget = tried(
                    "looking again",
                    () -> target.ask(batch.stream().map(Suspect::key).toList()));
            List<Difference> differences = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                Suspect suspect = batch.get(i);
                SourceAnswer answer = atSource.getOrDefault(suspect, new SourceAnswer.Later("no answer"));
                Difference difference = judge(suspect, answer, atTarget.get(i));
                if (difference != null) {
                    differences.add(difference);
                }
            }
            tell(differences, decided);
            for (Journal.Line line : decided) {
                suspects.decided(line.key(), line.text());
            }
            decided.clear();
            batch.clear();
        }

        private @Nullable Difference judge(Suspect suspect, SourceAnswer answer, TargetLook.Found found)
                throws Exception {
            String key = suspect.key().text();
            Sighting before = suspect.before();
            if (answer instanceof SourceAnswer.NotComparable rule && found.seen() != null) {
                if (before.source() == null || !before.source().isBare()) { // else it was counted when it was read
                    decide(key, Outcome.notCompared(suspect.key(), rule.rule()));
                } else {
                    suspects.settled(key);
                }
                return null;
            }
            if (answer instanceof SourceAnswer.NotComparable && found.error().isEmpty()) {
                return difference(suspect, answer, found);
            }
            String trouble = answer instanceof SourceAnswer.Later later ? later.why() : found.error();
            Sighting now = trouble.isEmpty()
                    ? new Sighting(answer instanceof SourceAnswer.Present present ? present.seen() : null, found.seen())
                    : before;
            if (trouble.isEmpty() && now.isEqual()) {
                equal(key);
                return null;
            }
            if (trouble.isEmpty() && hasArrived && now.isAsStableAs(before)) {
                return difference(suspect, answer, found);
            }
            if (isLast) {
                decide(key, Outcome.notSettled(suspect.key(), before.source(), trouble));
            } else {
                undecided++;
                suspects.changed(key, now);
            }
            return null;
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
            if (answer instanceof SourceAnswer.Present present && found.seen() != null && examples < MOST_EXAMPLES) {
                examples++;
                paths = FieldPaths.between(present.source().toByteArray(), found.source());
            }
            return new Difference(suspect, answer, found.seen(), paths);
        }
    }

    /** Mends them if that is wanted, and writes down what is to be told: before, that they are about to be, and then what came of it. */
    private void tell(List<Difference> differences, List<Journal.Line> decided) throws Exception {
        journal.next();
        List<String> reasons = List.of();
        if (spec.repair() && !differences.isEmpty()) {
            List<Journal.Line> intended = new ArrayList<>(decided);
            differences.stream().filter(Difference::canBeMended).forEach(one -> intended.add(line(one, null, false)));
            journal.keep(intended);
            reasons = tried("mending", () -> mending.mend(differences));
        }
        for (int i = 0; i < differences.size(); i++) {
            decided.add(line(differences.get(i), spec.repair() ? reasons.get(i) : null, true));
        }
        journal.keep(decided);
    }

    private static Journal.Line line(Difference difference, @Nullable String trouble, boolean isDecided) {
        return new Journal.Line(difference.suspect().key().text(), Outcome.of(difference, trouble), isDecided);
    }

    /** A call that may be made again. */
    @FunctionalInterface
    private interface Call<T> {
        T make() throws IOException, InterruptedException;
    }

    private static <T> T tried(String doing, Call<T> call) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.make();
            } catch (IOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                LOG.info("{} failed and is tried again: {}", doing, e.getMessage());
                TimeUnit.MILLISECONDS.sleep(BackOff.millis(attempt));
            }
        }
    }

    @Override
    public void close() {
        sourceHttp.close();
        targetHttp.close();
    }
}
