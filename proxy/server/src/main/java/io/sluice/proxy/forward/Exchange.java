package io.sluice.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.capture.CutReason;
import io.sluice.proxy.http.HeadRules;
import io.sluice.proxy.http.Refusal;
import io.sluice.proxy.upstream.Lane;
import io.sluice.proxy.upstream.SourceConnection;
import io.sluice.proxy.upstream.SourceFailure;
import io.sluice.proxy.upstream.SourceListener;
import io.sluice.proxy.upstream.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the moment the request is let go until the client has the answer, or nobody wants it.
 *
 * <p>When the client leaves: half a request is cut, a read is cancelled at the source, and the answer to a write is read to
 * its end, for the capture. When the source leaves: nothing that may change data is ever sent a second time.
 *
 * <p>Runs on the client's event loop.
 */
final class Exchange implements SourceListener {

    private static final Refusal NOT_RECORDED = new Refusal(
            503,
            "capture",
            "The proxy cannot record this write, so it does not pass it on: its journal is full or broken. GET /status on its"
                    + " admin port says more.");

    private final ClientConnection client;
    private final Lane lane;
    private final Upstream upstream;
    private final boolean write;
    private final HttpRequest request;
    private final ExchangeCapture capture;
    private final RequestSide toSource;
    private final AnswerSide toClient;
    private final boolean tunnelAllowed;
    private @Nullable SourceConnection source;
    private boolean interim;
    private boolean sourcePaused;
    private boolean repeated;
    private boolean tunnelling;
    private boolean over;
    private boolean reused;
    private boolean left;
    private int attempts;

    /** What an exchange is made of. */
    record Parts(Upstream upstream, boolean write, HttpRequest request, HttpRequest toSend, ExchangeCapture capture) {}

    Exchange(ClientConnection client, Parts parts, boolean tunnelAllowed) {
        this.client = client;
        this.lane = client.lane();
        this.upstream = parts.upstream();
        this.write = parts.write();
        this.request = parts.request();
        this.capture = parts.capture();
        this.toSource = new RequestSide(lane, parts.request(), parts.toSend(), capture);
        this.toClient = new AnswerSide(lane, parts.request(), client, capture);
        this.tunnelAllowed = tunnelAllowed;
    }

    boolean isWrite() {
        return write;
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
        return tunnelling ? source != null && source.isWritable() : toSource.takesMore();
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
        take(content.content(), trailers, last);
    }

    /** What came with one read was told. */
    void requestReadComplete() {
        if (!over && !toSource.isBegun()) {
            take(Unpooled.EMPTY_BUFFER, null, false);
        }
        toSource.flush();
        if (tunnelling && source != null) {
            source.flush();
        }
    }

    private void take(ByteBuf body, @Nullable HttpHeaders trailers, boolean last) {
        client.tally().bytesIn.add(body.readableBytes());
        boolean first = !toSource.isBegun();
        boolean gated = write && capture.isOn();
        if (first && !gated) {
            toSource.forward();
            toClient.mayBegin();
            toClient.mayEnd();
        }
        if (!toSource.take(body, trailers, last, write)) {
            refuse(NOT_RECORDED);
            return;
        }
        if (first) {
            connect();
        }
        if (last && gated) {
            capture.whenForwardable(() -> client.run(this::forwardable));
            capture.whenAnswerable(() -> client.run(this::answerable));
        }
    }

    private void forwardable() {
        if (!over) {
            toSource.forward();
            toSource.flush();
        }
    }

    private void answerable() {
        if (!over) {
            toClient.mayBegin();
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
        capture.cut(CutReason.CLIENT_LEFT);
        boolean begun = toClient.isBegun();
        end();
        if (begun) {
            client.closeAfterFlush();
        } else {
            client.refuse(new Refusal(400, "malformed", "The body of the request is not valid HTTP."), request, true);
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
            capture.cut(CutReason.CLIENT_LEFT);
            end();
        } else if (!write) {
            client.tally().readsCancelled.increment();
            capture.cut(CutReason.READ_CANCELLED);
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
            capture.cut(CutReason.PROXY_STOPPED);
            end();
        }
    }

    void clientWritabilityChanged() {
        resumeSource();
    }

    // ---- from the source

    /** Gets a connection: the client's own, an idle one, or one that is made now. */
    private void connect() {
        SourceConnection taken = client.takePinned();
        if (taken != null) {
            taken.handOver(this);
        } else {
            taken = upstream.pool(lane).take(this);
        }
        if (taken != null) {
            begin(taken);
        }
    }

    private void begin(SourceConnection connection) {
        source = connection;
        reused = !connection.isFresh();
        connection.expect(request.method().name().equals("HEAD"));
        if (repeated) {
            toSource.repeat(connection);
        } else {
            toSource.connected(connection);
        }
    }

    @Override
    public void connected(SourceConnection connection) {
        if (over) {
            connection.release();
            return;
        }
        begin(connection);
        toSource.flush();
        client.readMore();
    }

    @Override
    public void unreachable(SourceFailure failure) {
        if (over) {
            return;
        }
        attempts++;
        if (attempts < upstream.nodes().size() && !toSource.isSomethingWritten()) {
            connect(); // the node that failed is marked, so another one is taken
            toSource.flush();
        } else {
            fail(failure);
        }
    }

    @Override
    public void answer(HttpResponse head) {
        String wrong = HeadRules.check(head);
        int status = head.status().code();
        if (wrong == null && toClient.isBegun()) {
            wrong = "it goes on after its end";
        } else if (wrong == null && status == 101 && !tunnelAllowed) {
            wrong = "it changes the protocol, which nobody asked for";
        }
        if (wrong != null) {
            brokenBySource("The answer of the " + upstream.name() + " is not valid HTTP: " + wrong + ".");
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

    @Override
    public void content(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim && last) {
            interim = false;
            content.release();
        } else if (!toClient.isBegun() || content.decoderResult().isFailure() || isCutOff(last)) {
            content.release();
            brokenBySource("The answer of the " + upstream.name() + " is not valid HTTP.");
        } else {
            client.tally().bytesOut.add(content.content().readableBytes());
            toClient.take(content.content(), last ? ((LastHttpContent) content).trailingHeaders() : null, last);
            if (last) {
                answerEnded();
            }
        }
    }

    /** Whether a body that ends with the connection was cut off by a failure. */
    private boolean isCutOff(boolean last) {
        return last && toClient.isEndedByConnection() && source != null && source.isBroken();
    }

    private void answerEnded() {
        if (tunnelling) {
            beginTunnel();
            return;
        }
        giveBackSource();
        if (write && capture.isOn() && toSource.isEnded()) {
            capture.whenCompletable(() -> client.run(this::completable));
        }
        finishIfDelivered();
    }

    private void giveBackSource() {
        SourceConnection used = source;
        source = null;
        if (used == null) {
            return;
        }
        if (!toSource.isEnded() || !toSource.isSent() || !toClient.keepsSource()) {
            used.close();
        } else if (client.isPinned()) {
            client.keep(used);
        } else {
            used.release();
        }
    }

    @Override
    public void readComplete() {
        if (over) {
            client.flush();
            return;
        }
        if (toClient.isBegun()) {
            toClient.readComplete();
        }
        client.flush();
        sourcePaused = true;
        resumeSource();
    }

    private void resumeSource() {
        boolean hasRoom = toClient.isDeaf() || (client.isWritable() && !toClient.isHolding());
        if (sourcePaused && source != null && hasRoom) {
            sourcePaused = false;
            source.read();
        }
    }

    @Override
    public void writabilityChanged() {
        if (!over) {
            client.readMore();
        }
    }

    @Override
    public void closed(@Nullable SourceFailure failure) {
        source = null;
        if (over) {
            return;
        }
        if (tunnelling) {
            end();
            client.closeAfterFlush();
        } else if (!toClient.isBegun()
                && !write
                && reused
                && !repeated
                && toSource.isRepeatable()
                && client.mayRepeat()) {
            repeated = true;
            client.tally().readsRepeated.increment();
            connect();
            toSource.flush();
        } else {
            fail(
                    failure != null
                            ? failure
                            : new SourceFailure(
                                    false,
                                    "The " + upstream.name() + " closed the connection before its answer's end."));
        }
    }

    private void brokenBySource(String reason) {
        SourceConnection broken = source;
        source = null;
        if (broken != null) {
            broken.close();
        }
        fail(new SourceFailure(false, reason));
    }

    /** There will be no answer, or no more of it. */
    private void fail(SourceFailure failure) {
        client.tally().sourceFailures.increment();
        capture.cut(CutReason.SOURCE_LEFT);
        boolean begun = toClient.isBegun();
        boolean deaf = toClient.isDeaf();
        boolean whole = toSource.isEnded();
        end();
        if (begun && !deaf && toClient.isEndedByConnection()) {
            client.abort();
        } else if (begun && !deaf) {
            client.closeAfterFlush();
        } else if (!deaf) {
            Refusal refusal = new Refusal(failure.timedOut() ? 504 : 502, "source_unreachable", failure.reason());
            client.refuse(refusal, request, !whole);
        }
    }

    private void refuse(Refusal refusal) {
        capture.cut(CutReason.REFUSED_BY_PROXY);
        boolean whole = toSource.isEnded();
        end();
        client.refuse(refusal, request, !whole);
    }

    // ---- the end

    private void finishIfDelivered() {
        if (over || !toClient.isDelivered()) {
            return;
        }
        (write ? client.tally().writes : client.tally().reads).increment();
        boolean whole = toSource.isEnded();
        boolean keep = whole && toClient.keepsClient();
        boolean deaf = toClient.isDeaf();
        if (!whole) {
            capture.cut(CutReason.CLIENT_LEFT);
        }
        end();
        if (!deaf) {
            client.answered(keep, whole);
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        SourceConnection used = source;
        source = null;
        if (used != null) {
            used.close();
        }
        toSource.discard();
        toClient.discard();
        leaveGate();
        client.ended(this);
    }

    private void leaveGate() {
        if (!left) {
            left = true;
            client.leave(write);
        }
    }

    // ---- bytes that are no HTTP

    private void beginTunnel() {
        client.tally().tunnels.increment();
        leaveGate(); // it may last for days, and nothing waits for it
        if (source != null) {
            source.passRaw();
        }
        client.beginTunnel();
    }

    void rawFromClient(ByteBuf bytes) {
        if (source != null) {
            source.write(bytes);
        } else {
            bytes.release();
        }
    }

    void clientSendsNoMore() {
        if (source != null) {
            source.shutdownOutput();
        }
    }

    @Override
    public void raw(ByteBuf bytes) {
        if (over) {
            bytes.release();
        } else {
            client.write(bytes);
        }
    }
}
