package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.source.FencedWrite;
import io.sluice.source.Question;
import io.sluice.source.Reply;
import io.sluice.source.SourceReading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the source for documents, together what can be asked together, and hands on the writes that come of it.
 *
 * <p>Steps on one document wait for one answer. One that comes after the question was sent waits for the next: the answer may be older
 * than what it is about. A source that is gone is waited for without end. A step is settled when what came of it is.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class Asker {

    private final SourceReading source;
    private final RewriteRules rules;
    private final ReplayBounds bounds;
    private final AskRate rate;
    private final AskRate.Turn turn;
    private final TaskThread thread;
    private final Settling settling;
    private final Consumer<List<Pending>> writes;
    private final BooleanSupplier hasRoom;

    /** By the name that is asked for; in the order in which they are served. */
    private final Map<String, Backlog> backlogs = new LinkedHashMap<>();

    private int inFlight;
    private int held;

    /** What waits for one name of the source; one read at a time, so that what comes meanwhile goes together. */
    private final class Backlog {
        final String name;
        final Map<Question, List<Pending>> waiting = new LinkedHashMap<>();
        boolean isBusy;
        int failures;
        int mostTogether = bounds.asksPerRead();
        String trouble = "";

        Backlog(String name) {
            this.name = name;
        }
    }

    /**
     * @param writes takes what is to be written
     * @param hasRoom whether more may be read: what was, lies on the heap until it is written
     */
    Asker(
            SourceReading source,
            RewriteRules rules,
            ReplayBounds bounds,
            AskRate rate,
            TaskThread thread,
            Settling settling,
            Consumer<List<Pending>> writes,
            BooleanSupplier hasRoom) {
        this.source = source;
        this.rules = rules;
        this.bounds = bounds;
        this.rate = rate;
        this.turn = rate.turn(this::pump);
        this.thread = thread;
        this.settling = settling;
        this.writes = writes;
        this.hasRoom = hasRoom;
    }

    /** The time of a step has come. It is asked for with the next {@link #pump}. */
    void due(Pending step, Step.Ask ask) {
        held++;
        queue(FromSource.question(ask, rules), List.of(step));
    }

    private void queue(Question question, List<Pending> steps) {
        Backlog backlog = backlogs.computeIfAbsent(question.name(), Backlog::new);
        List<Pending> those = backlog.waiting.get(question);
        if (those == null) {
            those = new ArrayList<>(1);
            backlog.waiting.put(question, those);
        }
        those.addAll(steps);
    }

    /** Asks what may be asked now. */
    void pump() {
        Iterator<Backlog> all = List.copyOf(backlogs.values()).iterator();
        while (all.hasNext() && inFlight < bounds.asksInFlight() && hasRoom.getAsBoolean()) {
            Backlog backlog = all.next();
            if (backlog.isBusy) {
                continue;
            }
            if (backlog.waiting.isEmpty()) {
                backlogs.remove(backlog.name);
            } else if (turn.isNow()) {
                backlogs.remove(backlog.name); // behind all others
                backlogs.put(backlog.name, backlog);
                ask(backlog);
            } else {
                return;
            }
        }
    }

    private void ask(Backlog backlog) {
        Map<Question, List<Pending>> batch = new LinkedHashMap<>();
        Iterator<Map.Entry<Question, List<Pending>>> waiting =
                backlog.waiting.entrySet().iterator();
        int most = rate.most(backlog.mostTogether);
        while (waiting.hasNext() && batch.size() < most) {
            Map.Entry<Question, List<Pending>> one = waiting.next();
            batch.put(one.getKey(), one.getValue());
            waiting.remove();
        }
        rate.asked(batch.size());
        backlog.isBusy = true;
        inFlight++;
        source.read(backlog.name, batch.keySet())
                .whenComplete((replies, failure) -> thread.run(() -> {
                    inFlight--;
                    if (failure == null) {
                        answered(backlog, batch, replies);
                    } else {
                        failed(backlog, batch, failure);
                    }
                    pump();
                }));
    }

    private void answered(Backlog backlog, Map<Question, List<Pending>> batch, Map<Question, Reply> replies) {
        List<Pending> toWrite = new ArrayList<>();
        String again = "";
        for (Map.Entry<Question, List<Pending>> asked : batch.entrySet()) {
            Reply reply = replies.get(asked.getKey());
            if (reply instanceof Reply.Documents documents) {
                toWrite.addAll(writesOf(documents, asked.getValue()));
            } else if (reply instanceof Reply.Settled one) {
                settle(asked.getValue(), FromSource.counted(one.why()));
            } else {
                again = reply instanceof Reply.Again later ? later.why() : "the source did not answer a question";
                queue(asked.getKey(), asked.getValue());
            }
        }
        backlog.mostTogether = Math.min(bounds.asksPerRead(), backlog.mostTogether * 2);
        if (again.isEmpty()) {
            backlog.isBusy = false;
            backlog.failures = 0;
            backlog.trouble = "";
        } else {
            rest(backlog, again);
        }
        writes.accept(toWrite);
    }

    private List<Pending> writesOf(Reply.Documents documents, List<Pending> steps) {
        Answer answer = new Answer(steps, documents.writes(), FromSource.ruled(documents.besides()));
        List<Pending> those = new ArrayList<>();
        for (FencedWrite write : documents.writes()) {
            those.add(Pending.answer(steps.get(0), FromSource.step(write), answer));
        }
        return those;
    }

    /** What came of a question, for all steps that waited for it. */
    private final class Answer implements Origin {
        private final List<Pending> steps;
        /** Of several each may be deleted, made or lacking for itself. */
        private final boolean isOfOneIndex;

        private int left;
        private int stuck;
        private boolean isGivenUp;
        private @Nullable Ruled worst;

        Answer(List<Pending> steps, List<FencedWrite> writes, @Nullable Ruled besides) {
            this.steps = steps;
            this.isOfOneIndex =
                    writes.stream().map(FencedWrite::index).distinct().count() == 1;
            this.left = writes.size();
            this.worst = besides;
        }

        @Override
        public void settled(Ruled ruled) {
            if (isGivenUp) {
                return;
            }
            if (worst == null || ruled.verdict().compareTo(worst.verdict()) > 0) {
                worst = ruled;
            }
            if (--left == 0) {
                settle(steps, worst);
            }
        }

        @Override
        public void stuck(boolean isSo) {
            stuck += isSo ? 1 : -1;
        }

        @Override
        public @Nullable List<Pending> instead() {
            if (isGivenUp) {
                return List.of();
            }
            if (!isOfOneIndex || stuck < left) {
                return null;
            }
            isGivenUp = true;
            held -= steps.size();
            return steps;
        }
    }

    private void settle(List<Pending> steps, Ruled ruled) {
        for (Pending step : steps) {
            held--;
            settling.settled(step, ruled);
        }
    }

    private void failed(Backlog backlog, Map<Question, List<Pending>> batch, Throwable failure) {
        IOException cause = IoFailure.of(failure, "asking the source");
        batch.forEach(this::queue);
        backlog.mostTogether =
                Math.max(1, backlog.mostTogether / 2); // an answer can be too long, or a document unreadable
        rest(backlog, String.valueOf(cause.getMessage()));
    }

    private void rest(Backlog backlog, String why) {
        backlog.trouble = why;
        backlog.failures++;
        thread.later(BackOff.millis(backlog.failures), () -> {
            backlog.isBusy = false;
            pump();
        });
    }

    /** How many steps are not settled, but for those that wait {@linkplain Origin#instead in the place} of what came of them. */
    int held() {
        return held;
    }

    /** Why answers do not come, or empty. */
    String waitingFor() {
        for (Backlog backlog : backlogs.values()) {
            if (!backlog.trouble.isEmpty()) {
                return "the source is asked for documents of %s: %s".formatted(backlog.name, backlog.trouble);
            }
        }
        return "";
    }
}
