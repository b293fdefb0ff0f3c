package io.sluice.replay.send;

import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task's thread as Flink has it. */
public final class MailboxThread implements TaskThread {

    private static final Logger LOG = LoggerFactory.getLogger(MailboxThread.class);

    private final MailboxExecutor mailbox;
    private final ProcessingTimeService time;

    public MailboxThread(MailboxExecutor mailbox, ProcessingTimeService time) {
        this.mailbox = mailbox;
        this.time = time;
    }

    @Override
    public void run(Runnable work) {
        try {
            mailbox.execute(work::run, "answer of the target");
        } catch (RejectedExecutionException e) {
            LOG.debug("an answer after the end", e);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it runs, or the task has ended
    public void later(long millis, Runnable work) {
        time.registerTimer(time.getCurrentProcessingTime() + millis, at -> work.run());
    }
}
