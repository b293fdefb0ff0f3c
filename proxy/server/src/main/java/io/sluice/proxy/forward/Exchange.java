package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.capture.Admission;
import io.sluice.capture.CutReason;
import io.sluice.proxy.answer.AskedAnswer;
import io.sluice.proxy.answer.UnreadableAnswerException;
import io.sluice.proxy.http.HeadRules;
import io.sluice.proxy.http.Refusal;
import io.sluice.proxy.upstream.SourceConnection;
import io.sluice.proxy.upstream.SourceFailure;
import io.sluice.proxy.upstream.Upstream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer, from the moment the request is let go until the client has the answer, or nobody wants it.
 *
 * <p>When the client leaves: half a request is cut, a read is cancelled at the source, and the answer to a write is read to
 * its end, for the capture. When the source leaves: nothing that may change data is ever sent a second time.
 *
 * <p>Runs on the client's event loop.
 */
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private static final Refusal NOT_RECORDED = new Refusal(
            503,
            "capture",
            "The proxy cannot record this write, so it does not pass it on: its journal is full or broken, or the request's"
                    + " head is longer than a record may be (511 KB). GET /status on its admin port says more.");
    private static final Refusal BAD_BODY = new Refusal(400, "malformed", "The body of the request is not valid HTTP.");

    private final ClientConnection client;
    private final Parts parts;
    private final RequestSide toSource;
    private final AnswerSide toClient;
    private final SourceLink link;
    private boolean interim;
    private boolean repeated;
    private boolean tunnelling;
    private boolean over;
    private boolean left;

    /**
     * What an exchange is made of.
     *
     * @param toSend the request with the head that the source gets
     * @param asked what the client wants of the answer; null: all of it
     * @param mayTunnel whether the source may change the protocol
     */
    record Parts(
            Upstream upstream,
            boolean write,
            HttpRequest request,
            HttpRequest toSend,
            ExchangeCapture capture,
            @Nullable AskedAnswer asked,
            boolean mayTunnel) {}

    Exchange(ClientConnection client, Parts parts) {
        this.client = client;
        this.parts = parts;
        this.toSource = new RequestSide(client.lane(), parts.request(), parts.toSend(), parts.capture());
        this.toClient = new AnswerSide(client, parts.request(), parts.capture(), parts.asked());
        this.link = new SourceLink(this, client, parts.upstream());
    }

    boolean isWrite() {
        return parts.write();
    }

    boolean isRequestEnded() {
        return toSource.isEnded();
    }

    boolean isTunnelling() {
        return tunnelling;
    }

    boolean isAnswerBegun() {
        return toClient.isBegun();
    }

    /** Whether the client may be read. */
    boolean takesMore() {
        return tunnelling ? link.isWritable() : toSource.takesMore();
    }

    /** Whether somebody waits for the capture. */
    private boolean isGated() {
        return parts.write() && parts.capture().isOn();
    }

    // ---- from the client

    void requestContent(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            brokenByClient();
            return;
        }
        boolean last = content instanceof LastHttpContent;
        HttpHeaders trailers = last ? ((LastHttpContent) content).trailingHeaders() : null;
        takeRequest(content.content(), trailers, last);
    }

    /** What came with one read was told. */
    void requestReadComplete() {
        if (!over && !toSource.isBegun()) {
            takeRequest(Unpooled.EMPTY_BUFFER, null, false);
        }
        toSource.flush();
        if (tunnelling) {
            link.flush();
        }
    }

    private void takeRequest(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) {
        client.tally().bytesIn.add(body.readableBytes());
        boolean first = !toSource.isBegun();
        if (first && !isGated()) {
            toSource.forward();
            toClient.mayBegin();
            toClient.mayEnd();
        }
        if (!toSource.take(body, trailers, last, parts.write())) {
            refuse(NOT_RECORDED);
            return;
        }
        if (first) {
            link.connect();
        }
        if (last && isGated()) {
            parts.capture()
                    .whenForwardable(() -> client.run(this::forwardable), () -> client.run(this::notForwardable));
            parts.capture().whenAnswerable(() -> client.run(this::answerable));
            bothEnded();
        }
    }

    private void forwardable() {
        if (!over) {
            toSource.forward();
            toSource.flush();
        }
    }

    /** Kafka failed while the end of a write waited for it. */
    private void notForwardable() {
        if (!over) {
            refuse(Forwarder.refusal(Admission.KAFKA_FAILS));
        }
    }

    private void answerable() {
        if (!over) {
            toClient.mayBegin();
            bothEnded();
        }
        if (!over) {
            delivered();
        }
    }

    private void completable() {
        if (!over) {
            toClient.mayEnd();
            delivered();
        }
    }

    /** Something that was held went to the client. */
    private void delivered() {
        client.flush();
        finishIfDelivered();
        resumeSource();
    }

    /** The client's bytes cannot be read as a request any more. */
    private void brokenByClient() {
        client.tally().requestsCut.increment();
        parts.capture().cut(CutReason.CLIENT_LEFT);
        boolean begun = toClient.isBegun();
        end();
        if (begun) {
            client.closeAfterFlush();
        } else {
            client.refuse(BAD_BODY, parts.request(), true);
        }
    }

    /** The client is gone. */
    void clientLeft() {
        if (over) {
            return;
        }
        if (tunnelling) {
            end();
        } else if (!toSource.isEnded()) {
            client.tally().requestsCut.increment();
            parts.capture().cut(CutReason.CLIENT_LEFT);
            end();
        } else if (!parts.write()) {
            client.tally().readsCancelled.increment();
            parts.capture().cut(CutReason.READ_CANCELLED);
            end();
        } else {
            client.tally().writesLeft.increment();
            toClient.goDeaf();
            finishIfDelivered();
            resumeSource();
        }
    }

    /** The proxy stops. */
    void proxyStops() {
        if (!over) {
            parts.capture().cut(CutReason.PROXY_STOPPED);
            end();
        }
    }

    void clientWritabilityChanged() {
        resumeSource();
    }

    // ---- from the source

    /** There is a connection, the first one or another one. */
    void linked(SourceConnection connection) {
        connection.expect(parts.request().method().name().equals("HEAD"));
        if (repeated) {
            toSource.repeat(connection);
        } else {
            toSource.connected(connection);
        }
    }

    void flushRequest() {
        toSource.flush();
    }

    void answer(HttpResponse head) {
        String wrong = HeadRules.check(head);
        int status = head.status().code();
        if (wrong == null && toClient.isBegun()) {
            wrong = "it goes on after its end";
        } else if (wrong == null && status == 101 && !parts.mayTunnel()) {
            wrong = "it changes the protocol, which nobody asked for";
        }
        if (wrong != null) {
            brokenBySource(": " + wrong);
        } else if (status < 200 && status != 101) {
            interim = true;
            toClient.interim(head);
        } else {
            if ((!toSource.isEnded() && status >= 400) || status == 101) {
                toClient.mayBegin(); // it refuses what is not even whole: nothing of it was done
                toClient.mayEnd();
            }
            tunnelling = status == 101;
            toClient.begin(head);
        }
    }

    void answerContent(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim && last) {
            interim = false;
            content.release();
        } else if (!toClient.isBegun() || content.decoderResult().isFailure() || isCutOff(last)) {
            content.release();
            brokenBySource("");
        } else {
            client.tally().bytesOut.add(content.content().readableBytes());
            HttpHeaders trailers = last ? ((LastHttpContent) content).trailingHeaders() : null;
            try {
                toClient.take(content.content(), trailers, last);
            } catch (UnreadableAnswerException e) {
                unreadable(e);
            }
            if (last) {
                answerEnded();
            }
        }
    }

    /** The client cannot be told what it asked for, and nothing else would be true. The capture has the answer as it came. */
    private void unreadable(UnreadableAnswerException why) {
        LOG.warn("{}", why.getMessage());
        client.tally().answersUnreadable.increment();
        toClient.goDeaf();
        client.abort();
    }

    /** Whether a body that ends with the connection was cut off by a failure. */
    private boolean isCutOff(boolean last) {
        return last && toClient.isEndedByConnection() && link.isBroken();
    }

    private void answerEnded() {
        if (tunnelling) {
            client.tally().tunnels.increment();
            leaveGate(); // it may last for days, and nothing waits for it
            link.passRaw();
            client.beginTunnel();
            return;
        }
        link.giveBack(toSource.isSent() && toClient.keepsSource());
        bothEnded();
        finishIfDelivered();
    }

    /**
     * When request and answer have ended, in whichever order, the capture may let go of the answer's end. Not asked before the
     * beginning may go: what lets it go lets the end go too in most cases, and then they are sent as one.
     */
    private void bothEnded() {
        if (isGated() && toClient.isAnswerable() && toSource.isEnded() && toClient.isEnded()) {
            parts.capture().whenCompletable(() -> client.run(this::completable));
        }
    }

    void answerReadComplete() {
        try {
            if (!over && toClient.isBegun()) {
                toClient.readComplete();
            }
        } catch (UnreadableAnswerException e) {
            unreadable(e);
        }
        client.flush();
        if (!over) {
            resumeSource();
        }
    }

    private void resumeSource() {
        link.resume(toClient.isDeaf() || (client.isWritable() && !toClient.isHolding()));
    }

    void sourceClosed(@Nullable SourceFailure failure) {
        boolean mayRepeat = !parts.write()
                && !repeated
                && !toClient.isBegun()
                && toSource.isRepeatable()
                && link.wasReused()
                && client.mayRepeat();
        if (tunnelling) {
            end();
            client.closeAfterFlush();
        } else if (mayRepeat) {
            repeated = true;
            client.tally().readsRepeated.increment();
            link.connect();
            toSource.flush();
        } else {
            String closed = "The " + parts.upstream().name() + " closed the connection before its answer's end.";
            fail(failure != null ? failure : new SourceFailure(false, closed));
        }
    }

    private void brokenBySource(String why) {
        link.close();
        fail(new SourceFailure(
                false, "The answer of the " + parts.upstream().name() + " is not valid HTTP" + why + "."));
    }

    /** There will be no answer, or no more of it. */
    void fail(SourceFailure failure) {
        client.tally().sourceFailures.increment();
        parts.capture().cut(CutReason.SOURCE_LEFT);
        boolean begun = toClient.isBegun();
        boolean whole = toSource.isEnded();
        end();
        if (toClient.isDeaf()) {
            return;
        }
        if (!begun) {
            int status = failure.timedOut() ? 504 : 502;
            client.refuse(new Refusal(status, "source_unreachable", failure.reason()), parts.request(), !whole);
        } else if (toClient.isEndedByConnection()) {
            client.abort(); // an orderly end would make it look whole
        } else {
            client.closeAfterFlush();
        }
    }

    private void refuse(Refusal refusal) {
        parts.capture().cut(CutReason.REFUSED_BY_PROXY);
        boolean whole = toSource.isEnded();
        end();
        client.refuse(refusal, parts.request(), !whole);
    }

    // ---- the end

    private void finishIfDelivered() {
        if (over || !toClient.isDelivered()) {
            return;
        }
        (parts.write() ? client.tally().writes : client.tally().reads).increment();
        boolean whole = toSource.isEnded();
        if (!whole) {
            parts.capture().cut(CutReason.CLIENT_LEFT);
        }
        end();
        if (!toClient.isDeaf()) {
            client.answered(whole && toClient.keepsClient(), whole);
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        link.close();
        toSource.discard();
        toClient.discard();
        leaveGate();
        client.ended(this);
    }

    private void leaveGate() {
        if (!left) {
            left = true;
            client.leave(parts.write());
        }
    }

    // ---- bytes that are no HTTP

    void rawFromClient(ByteBuf bytes) {
        link.write(bytes);
    }

    void clientSendsNoMore() {
        link.sendNoMore();
    }
}
