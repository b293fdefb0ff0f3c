package io.sluice.replay.send;

import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of writes that waited for indices. Answers of the source do not wait where nobody knows for how long: each document would
 * stay on the heap. The steps that they came of wait in their place, and are asked for again.
 *
 * <p>Belongs to the task's thread.
 */
final class IndexWait implements TargetIndices.Waiting {

    private final BulkSender sender;
    private final DueWrites due;
    private final Settling settling;

    IndexWait(BulkSender sender, DueWrites due, Settling settling) {
        this.sender = sender;
        this.due = due;
        this.settling = settling;
    }

    @Override
    public Step.Write write(Pending step) {
        settling.load(step);
        return BulkSender.writeOf(step);
    }

    @Override
    public void ready(List<Pending> steps) {
        List<Pending> questions = new ArrayList<>();
        for (Pending step : steps) {
            due.stuck(step, false);
            if (step.origin != null && step.origin.instead() != null) {
                sender.leave(step); // it was given up
            } else if (step.isWrite()) {
                sender.ready(step);
            } else {
                sender.leave(step);
                questions.add(step);
            }
        }
        settling.askAgain(questions);
        sender.pump();
    }

    @Override
    public List<Pending> stuck(List<Pending> steps) {
        steps.forEach(step -> due.stuck(step, true));
        List<Pending> stay = new ArrayList<>(steps.size());
        for (Pending step : steps) {
            List<Pending> instead = step.origin == null ? null : step.origin.instead();
            if (instead == null) {
                stay.add(step);
            } else {
                sender.leave(step);
                instead.forEach(this::takePlace);
                stay.addAll(instead);
            }
        }
        return stay;
    }

    private void takePlace(Pending question) {
        due.add(question);
        due.stuck(question, true);
    }

    @Override
    public void gone(List<Pending> steps) {
        steps.forEach(step -> sender.settle(step, Verdict.SKIPPED, "index_gone_at_source"));
        sender.pump();
    }
}
