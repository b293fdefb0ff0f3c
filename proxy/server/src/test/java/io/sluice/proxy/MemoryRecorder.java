package io.sluice.proxy;

import io.sluice.capture.Admission;
import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.CutReason;
import io.sluice.capture.ExchangeRecorder;
import io.sluice.capture.Recorder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told in memory, and says that something may go when the test says so. */
final class MemoryRecorder implements Recorder {

    private final AtomicLong connections = new AtomicLong();
    private final BlockingQueue<Recorded> exchanges = new LinkedBlockingQueue<>();

    volatile Admission admission = Admission.ADMITTED;
    volatile boolean takesRequests = true;
    volatile boolean manual;

    /** The next exchange that began, on any connection. */
    Recorded next() throws InterruptedException {
        Recorded next = exchanges.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no exchange was recorded within 10 s");
        }
        return next;
    }

    int unasked() {
        return exchanges.size();
    }

    @Override
    public ConnectionRecorder connection(String client) {
        return new Connection(connections.incrementAndGet());
    }

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public void close() {}

    private final class Connection implements ConnectionRecorder {

        private final long id;

        Connection(long id) {
            this.id = id;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public ExchangeRecorder exchange(boolean write, boolean answerStripped) {
            Recorded exchange = new Recorded(id, write, answerStripped);
            exchanges.add(exchange);
            return exchange;
        }

        @Override
        public void close() {}
    }

    /** One exchange. */
    final class Recorded implements ExchangeRecorder {

        final long connection;
        final boolean write;
        final boolean stripped;
        final CountDownLatch ended = new CountDownLatch(1);
        private final Part request = new Part();
        private final Part answer = new Part();
        private @Nullable CutReason cut;
        private @Nullable Runnable forward;
        private volatile @Nullable Runnable refuse;
        private @Nullable Runnable begin;
        private @Nullable Runnable complete;
        private final List<String> mistakes = new ArrayList<>();

        Recorded(long connection, boolean write, boolean stripped) {
            this.connection = connection;
            this.write = write;
            this.stripped = stripped;
        }

        /** Waits for its end. */
        Recorded whole() throws InterruptedException {
            if (!ended.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the exchange did not end within 10 s: " + this);
            }
            return this;
        }

        @Override
        public synchronized boolean request(ByteBuffer head, ByteBuffer body, boolean last) {
            request.head = text(head);
            return takesRequests && request.take(body, NOTHING, last);
        }

        @Override
        public synchronized boolean requestBody(ByteBuffer body, ByteBuffer trailers, boolean last) {
            return takesRequests && request.take(body, trailers, last);
        }

        @Override
        public synchronized void answer(ByteBuffer head, ByteBuffer body, boolean last) {
            answer.head = text(head);
            answer.take(body, NOTHING, last);
            endIfBothDid();
        }

        @Override
        public synchronized void answerBody(ByteBuffer body, ByteBuffer trailers, boolean last) {
            answer.take(body, trailers, last);
            endIfBothDid();
        }

        @Override
        public synchronized void cut(CutReason reason) {
            cut = reason;
            ended.countDown();
        }

        private void endIfBothDid() {
            if (request.last && answer.last) {
                ended.countDown();
            }
        }

        @Override
        public void whenForwardable(Runnable action) {
            later(action, 0);
        }

        @Override
        public void whenForwardable(Runnable action, Runnable otherwise) {
            refuse = otherwise;
            later(action, 0);
        }

        /** Says that the request's end may not go. */
        void letNotForward() throws InterruptedException {
            await(0);
            refuse.run();
        }

        @Override
        public void whenAnswerable(Runnable action) {
            later(action, 1);
        }

        @Override
        public void whenCompletable(Runnable action) {
            later(action, 2);
        }

        private void later(Runnable action, int which) {
            synchronized (this) {
                if (manual && write) {
                    forward = which == 0 ? action : forward;
                    begin = which == 1 ? action : begin;
                    complete = which == 2 ? action : complete;
                    notifyAll();
                    return;
                }
            }
            action.run();
        }

        /** Lets the request's end go, from a thread that is none of the proxy's. */
        void letForward() throws InterruptedException {
            await(0).run();
        }

        void letBegin() throws InterruptedException {
            await(1).run();
        }

        void letComplete() throws InterruptedException {
            await(2).run();
        }

        /** Waits until the proxy asks whether the end may go. */
        void awaitAsked() throws InterruptedException {
            await(0);
        }

        private synchronized Runnable await(int which) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (System.nanoTime() < deadline) {
                Runnable action = which == 0 ? forward : which == 1 ? begin : complete;
                if (action != null) {
                    return action;
                }
                wait(100);
            }
            throw new AssertionError("the proxy did not ask within 10 s");
        }

        /** Waits for the answer's end. */
        synchronized void whenAnswerWhole() throws InterruptedException {
            waitUntil(() -> answer.last);
        }

        /** Waits for the request's first bytes. */
        synchronized void whenRequestBegan() throws InterruptedException {
            waitUntil(() -> !request.head.isEmpty());
        }

        private synchronized void waitUntil(java.util.function.BooleanSupplier condition) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("it did not come within 10 s: " + this);
                }
                wait(100);
            }
        }

        synchronized String requestHead() {
            return request.head;
        }

        synchronized String requestText() {
            return request.body.toString(StandardCharsets.ISO_8859_1);
        }

        synchronized String requestTrailers() {
            return request.trailers;
        }

        synchronized String answerHead() {
            return answer.head;
        }

        synchronized String answerText() {
            return answer.body.toString(StandardCharsets.ISO_8859_1);
        }

        synchronized String answerTrailers() {
            return answer.trailers;
        }

        synchronized boolean isRequestWhole() {
            return request.last;
        }

        synchronized boolean isAnswerWhole() {
            return answer.last;
        }

        synchronized @Nullable CutReason cutFor() {
            return cut;
        }

        /** What the proxy did that the contract forbids. */
        synchronized List<String> mistakes() {
            return List.copyOf(mistakes);
        }

        private final class Part {

            private String head = "";
            private final ByteArrayOutputStream body = new ByteArrayOutputStream();
            private String trailers = "";
            private boolean last;

            boolean take(ByteBuffer piece, ByteBuffer lines, boolean isLast) {
                if (last || cut != null) {
                    mistakes.add("something came after the end of a part");
                }
                byte[] bytes = new byte[piece.remaining()];
                piece.duplicate().get(bytes);
                body.writeBytes(bytes);
                trailers += text(lines);
                last = isLast;
                Recorded.this.notifyAll();
                return true;
            }
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }
}
