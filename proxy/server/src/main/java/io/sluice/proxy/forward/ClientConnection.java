package io.sluice.proxy.forward;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.route.Route;
import io.sluice.proxy.http.HeadRules;
import io.sluice.proxy.http.Refusal;
import io.sluice.proxy.http.RequestDecoder;
import io.sluice.proxy.upstream.Lane;
import io.sluice.proxy.upstream.SourceConnection;
import io.sluice.proxy.upstream.Upstream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client: reads its requests one after the other, and has each forwarded when the one before is over.
 *
 * <p>The client is read whenever something can be done with what comes, and once more while its answer is waited for, so
 * that it is known when it leaves.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close comes to is told by channelInactive
public final class ClientConnection extends ChannelInboundHandlerAdapter implements Gate.Waiting {

    private final Forwarder forwarder;
    private final Lane lane;
    private final RequestDecoder decoder;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ClientOutput output;
    private @Nullable ConnectionRecorder recorder;
    private @Nullable Exchange exchange;
    private @Nullable HttpRequest parked;
    private @Nullable HttpContent parkedEnd;
    private @Nullable Refusal refusal;
    private @Nullable HttpRequest refused;
    private @Nullable PinnedConnection pinned;
    private boolean authenticates;
    private boolean inputClosed;
    private boolean lastExchange;

    ClientConnection(Forwarder forwarder, Lane lane, RequestDecoder decoder) {
        this.forwarder = forwarder;
        this.lane = lane;
        this.decoder = decoder;
    }

    Lane lane() {
        return lane;
    }

    Tally tally() {
        return forwarder.tally();
    }

    private ChannelHandlerContext ctx() {
        if (context == null) {
            throw new IllegalStateException("a client was used before it was there");
        }
        return context;
    }

    private ClientOutput out() {
        if (output == null) {
            throw new IllegalStateException("a client was written to before it was there");
        }
        return output;
    }

    // ---- what comes from the client

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        output = new ClientOutput(ctx, lane, decoder, forwarder.hasTls());
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
    }

    private void begin(ChannelHandlerContext ctx) {
        if (forwarder.add(this)) {
            recorder = forwarder.recorderFor(ctx.channel());
            ctx.read();
        } else {
            out().close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (out().isClosing()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            request(request);
        } else if (message instanceof HttpContent content) {
            content(content);
        } else if (exchange != null) {
            exchange.rawFromClient((ByteBuf) message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void request(HttpRequest request) {
        Refusal wrong = HeadRules.check(request);
        if (wrong != null) {
            ReferenceCountUtil.release(request);
            refuse(wrong, request, true);
            return;
        }
        start(request);
    }

    private void content(HttpContent content) {
        if (exchange != null) {
            exchange.requestContent(content);
        } else if (parked != null) {
            parkedEnd = content; // of a request without a body; whatever else comes stays with the decoder
        } else {
            content.release();
            Refusal why = refusal;
            if (why != null && content instanceof LastHttpContent) {
                refuse(why, requireNonNull(refused), false);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Refusal why = refusal;
        if (why != null) {
            refuse(why, requireNonNull(refused), true); // its body is still to come
        } else if (exchange != null) {
            exchange.requestReadComplete();
        }
        if (inputClosed && parked == null && !out().isClosing()) {
            nothingMoreComes();
        }
        readMore();
    }

    /** Reads on if something can be done with it. */
    void readMore() {
        if (inputClosed) {
            return;
        }
        Exchange now = exchange;
        boolean wanted;
        if (out().isClosing() || (now == null && parked == null)) {
            wanted = true;
        } else if (now == null || (now.isRequestEnded() && !now.isTunnelling())) {
            wanted = decoder.waiting() == 0;
        } else {
            wanted = now.takesMore();
        }
        if (wanted) {
            ctx().read();
        }
    }

    // ---- one exchange

    private void start(HttpRequest request) {
        Route route = Forwarder.route(request);
        boolean write = route.isWrite();
        Upstream upstream = forwarder.gate().enter(write);
        if (upstream == null) {
            park(request);
            return;
        }
        Forwarder.Beginning beginning = forwarder.begin(recorder, request, route, lane);
        Refusal no = beginning.refusal();
        if (no != null) {
            forwarder.gate().leave(write);
            refuseLater(request, no);
            return;
        }
        authenticates |= PinnedConnection.isWantedBy(request);
        boolean upgrade = request.headers().contains(HttpHeaderNames.UPGRADE);
        exchange = new Exchange(
                this,
                new Exchange.Parts(
                        upstream,
                        write,
                        request,
                        forwarder.toSend(request, upgrade, beginning.widening()),
                        beginning.capture(),
                        beginning.asked(),
                        upgrade && forwarder.tunnels()));
    }

    private void park(HttpRequest request) {
        parked = request;
        decoder.rest();
        if (!forwarder.gate().await(this)) {
            parked = null;
            refuseLater(request, Forwarder.tooManyWait());
        }
    }

    /** The gate is open again. */
    @Override
    public void resume() {
        run(this::unpark);
    }

    private void unpark() {
        HttpRequest request = parked;
        if (request == null || out().isClosing()) {
            return;
        }
        parked = null;
        start(request);
        HttpContent end = parkedEnd;
        if (parked != null) {
            return; // held again at once
        }
        parkedEnd = null;
        if (end == null) {
            next();
        } else {
            content(end);
            channelReadComplete(ctx());
        }
    }

    /** An answer's end was written; or, if not {@code whole}, it came before the end of its request. */
    void answered(boolean keep, boolean whole) {
        if (!whole) {
            closeUnread();
        } else if (keep && !lastExchange && !(inputClosed && decoder.waiting() == 0)) {
            next();
        } else if (decoder.waiting() > 0) {
            closeUnread(); // to be closed on what it sent ahead, a client would lose what it was sent
        } else {
            closeAfterFlush();
        }
    }

    /** Goes on with what the client sent ahead, and reads on. */
    private void next() {
        boolean told = true;
        try {
            told = decoder.next(ctx().pipeline().context(decoder));
        } catch (Exception broken) { // as if it had come from the socket
            ctx().pipeline().fireExceptionCaught(broken);
        }
        if (told) {
            channelReadComplete(ctx());
        }
    }

    /** An exchange is over, whatever it came to. */
    void ended(Exchange of) {
        if (exchange == of) {
            exchange = null;
        }
        if (!ctx().channel().isActive()) {
            forwarder.remove(this);
        }
    }

    void leave(boolean write) {
        forwarder.gate().leave(write);
    }

    /** Has something done on this client's thread. */
    void run(Runnable action) {
        if (lane.loop().inEventLoop()) {
            action.run();
        } else {
            lane.loop().execute(action);
        }
    }

    boolean mayRepeat() {
        return !authenticates;
    }

    // ---- connections that authenticate themselves

    boolean isPinned() {
        return authenticates;
    }

    @Nullable
    SourceConnection takePinned() {
        PinnedConnection kept = pinned;
        pinned = null;
        return kept == null ? null : kept.take();
    }

    /** Keeps a source's connection for this client's next request. */
    void keep(SourceConnection connection) {
        if (out().isClosing()) {
            connection.close();
        } else {
            pinned = new PinnedConnection(connection, this::pinnedClosed);
        }
    }

    private void pinnedClosed() {
        pinned = null;
        closeAfterFlush(); // who authenticated over it must do so again
    }

    // ---- what goes to the client

    void write(ByteBuf bytes) {
        out().write(bytes);
    }

    void flush() {
        out().flush();
    }

    boolean isWritable() {
        return out().isWritable();
    }

    void closeAfterFlush() {
        out().closeAfterFlush();
    }

    void abort() {
        out().abort();
    }

    /** Refuses a request of which only the head has come, as soon as it is known whether more of it follows. */
    private void refuseLater(HttpRequest request, Refusal why) {
        refused = request;
        refusal = why;
    }

    /**
     * Answers instead of the source.
     *
     * @param close whether the client's next bytes would not be a request
     */
    void refuse(Refusal why, HttpRequest request, boolean close) {
        refusal = null;
        refused = null;
        tally().refused(why.type());
        boolean ends = close || lastExchange || !HttpUtil.isKeepAlive(request);
        out().refusal(why, request, ends);
        if (close) {
            closeUnread();
        } else {
            answered(!ends, true);
        }
    }

    /** Closes a client whose next bytes are no request. */
    private void closeUnread() {
        if (inputClosed) {
            out().closeAfterFlush();
        } else {
            out().closeLingering();
        }
    }

    /** Closes it now, or after the exchange that is under way. */
    void drain() {
        lastExchange = true;
        if (exchange == null && parked == null) {
            closeAfterFlush();
        }
    }

    /** Closes it now. */
    void stop() {
        if (exchange != null) {
            exchange.proxyStops();
        }
        out().close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null && ctx.channel().isWritable()) {
            exchange.clientWritabilityChanged();
        }
    }

    // ---- the client leaves

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        inputClosed = true;
        if (out().isClosing()) {
            closeAfterFlush();
        } else if (parked == null) { // one that waits for the gate may still want its answer
            nothingMoreComes();
        }
    }

    /** The client has said that it sends no more, or begins what it had sent ahead of that. */
    private void nothingMoreComes() {
        Exchange now = exchange;
        if (now == null || !(now.isRequestEnded() || now.isTunnelling())) {
            closeAfterFlush(); // there is no more than half a request
        } else if (now.isTunnelling()) {
            now.clientSendsNoMore();
        } else if (!now.isWrite() && !now.isAnswerBegun()) {
            // It may only have said that it sends no more. Who left leaves no answer to wait for, so it is not given
            // long.
            ctx().executor()
                    .schedule(
                            () -> giveUp(now), forwarder.settings().halfClosed().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp(Exchange of) {
        if (exchange == of && !of.isAnswerBegun()) {
            ctx().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        out().closed();
        if (parked != null) {
            parked = null;
            forwarder.gate().giveUp(this);
        }
        if (parkedEnd != null) {
            parkedEnd.release();
            parkedEnd = null;
        }
        if (exchange != null) {
            exchange.clientLeft();
        }
        if (exchange == null) {
            forwarder.remove(this); // else it stays known until its write is answered
        }
        SourceConnection kept = takePinned();
        if (kept != null) {
            kept.close();
        }
        if (recorder != null) {
            recorder.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        forwarder.clientFailed(cause);
        ctx.close();
    }

    // ---- bytes that are no HTTP

    void beginTunnel() {
        try {
            decoder.passRaw(ctx().pipeline().context(decoder));
        } catch (Exception broken) { // as if it had come from the socket
            ctx().pipeline().fireExceptionCaught(broken);
        }
        channelReadComplete(ctx());
    }
}
