package io.sluice.foreign;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import io.sluice.foreign.Findings.Kind;
import io.sluice.foreign.wire.Observation;
import io.sluice.proxy.http.AnswerDecoder;
import io.sluice.proxy.http.HeadRules;
import io.sluice.proxy.http.HttpLimits;
import io.sluice.proxy.http.Refusal;
import io.sluice.proxy.http.RequestDecoder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Makes exchanges of what was seen on one connection. Where it cannot go on (bytes are missing or are no HTTP) it ends what
 * is open as not recorded, and goes on with the next request that begins behind the end of one.
 */
final class ForeignConnection {

    /** More requests than that are not sent ahead by any client. */
    private static final int MOST_AHEAD = 10_000;

    private final Origin origin;
    private final Heads heads;
    private final Findings findings;
    private final FragmentSink sink;
    private final Deque<ForeignExchange> unanswered = new ArrayDeque<>();

    private AnswerDecoder answerDecoder = new AnswerDecoder(HttpLimits.DEFAULT);
    private RequestDecoder requestDecoder = new RequestDecoder(HttpLimits.DEFAULT);
    private HttpPieces requests = requestPieces();
    private HttpPieces answers = answerPieces();

    private @Nullable ForeignExchange asking;
    private long exchanges;
    private long requestsRead;
    private long requestsEnded;
    private long time;
    private long line;
    private boolean answerBegun;
    private boolean interim;
    /** What is read belongs to a request whose beginning is not there. */
    private boolean inTail;
    /** What is written may belong to such a request. */
    private boolean lost;

    private boolean broken;
    private boolean ending;
    private boolean upgrading;
    private boolean tunnel;

    /**
     * Where a connection comes from, and goes to.
     *
     * @param proxy which of the foreign proxies saw it
     * @param number of the connection among those of its proxy, from 1
     * @param name as the foreign proxy calls it
     */
    record Origin(int proxy, int partition, long number, String name) {}

    ForeignConnection(Origin origin, Heads heads, Findings findings, FragmentSink sink) {
        this.origin = origin;
        this.heads = heads;
        this.findings = findings;
        this.sink = sink;
    }

    private HttpPieces requestPieces() {
        requestDecoder = new RequestDecoder(HttpLimits.DEFAULT);
        return new HttpPieces(requestDecoder, this::requestPiece);
    }

    private HttpPieces answerPieces() {
        answerDecoder = new AnswerDecoder(HttpLimits.DEFAULT);
        return new HttpPieces(answerDecoder, this::answerPiece);
    }

    String name() {
        return origin.name();
    }

    long exchanges() {
        return exchanges;
    }

    /** What follows is not what would follow what came last. */
    void beginInTheMiddle(boolean inRequest) throws IOException {
        abandon();
        inTail = inRequest;
        requestsRead = requestsEnded;
    }

    /** Takes an observation. */
    void observe(Observation seen, long at, long ofLine) throws IOException {
        time = Math.max(time, at);
        line = ofLine;
        switch (seen.getWhatCase()) {
            case READ -> read(seen.getRead().getData());
            case READ_SEGMENT -> read(seen.getReadSegment().getData());
            case WRITE -> write(seen.getWrite().getData());
            case WRITE_SEGMENT -> write(seen.getWriteSegment().getData());
            case REQUEST_END -> requestEnd();
            case REQUEST_DROPPED -> requestDropped();
            case WHAT_NOT_SET ->
                findings.add(
                        Kind.UNKNOWN_OBSERVATIONS,
                        line,
                        "fields " + seen.getUnknownFields().asMap().keySet());
            default -> {
                // Nothing that an exchange consists of; where the connection ends is told by end().
            }
        }
    }

    private void read(ByteString bytes) throws IOException {
        if (tunnel || inTail) {
            return;
        }
        requests.read(bytes);
        if (broken) {
            abandon();
            inTail = true;
        } else if (asking != null) {
            asking.request.flush();
        }
    }

    private void requestPiece(ChannelHandlerContext decoder, HttpObject piece) throws Exception {
        if (broken) {
            return;
        }
        if (piece instanceof HttpRequest request) {
            Refusal refusal = HeadRules.check(request);
            if (refusal != null || unanswered.size() >= MOST_AHEAD) {
                boolean isUnread = request.decoderResult().isFailure(); // what the decoder says quotes the traffic
                refuse(
                        refusal == null
                                ? "too many requests without an answer"
                                : "request: " + (isUnread ? "no valid head" : refusal.reason()));
                return;
            }
            lost = false;
            asking = new ForeignExchange(this, ++exchanges, request);
            asking.request.head(heads.of(request));
            unanswered.add(asking);
        }
        if (piece instanceof HttpContent content) {
            requestContent(decoder, content);
        }
    }

    private void requestContent(ChannelHandlerContext decoder, HttpContent content) throws Exception {
        if (content.decoderResult().isFailure()) {
            refuse("request: no valid body");
            return;
        }
        ForeignExchange now = asking;
        if (now == null) {
            return;
        }
        now.request.body(bytes(content.content()));
        if (content instanceof LastHttpContent end) {
            now.request.end(heads.trailers(end.trailingHeaders()));
            asking = null;
            requestsRead++;
            requestDecoder.next(decoder);
        }
    }

    private void write(ByteString bytes) throws IOException {
        if (tunnel) {
            return;
        }
        ForeignExchange first = unanswered.peek();
        if (first == null) {
            if (!lost && !bytes.isEmpty()) {
                lost = true; // once is enough until the next request
                findings.add(Kind.STRAY_ANSWERS, line, "connection " + name());
            }
            return;
        }
        if (!answerBegun) {
            answerDecoder.expect(first.isHead());
        }
        answers.read(bytes);
        if (broken) {
            abandon();
        } else {
            ForeignExchange now = unanswered.peek();
            if (now != null) {
                now.answer.flush();
            }
        }
    }

    private void answerPiece(ChannelHandlerContext decoder, HttpObject piece) throws Exception {
        ForeignExchange exchange = unanswered.peek();
        if (broken || tunnel) {
            return;
        }
        if (exchange == null) {
            refuse("answer: more than was asked for");
            return;
        }
        if (piece instanceof HttpResponse answer) {
            String wrong = HeadRules.check(answer);
            if (wrong != null) {
                refuse("answer: " + (answer.decoderResult().isFailure() ? "no valid head" : wrong));
                return;
            }
            answerBegun = true;
            interim = answer.status().code() < 200 && answer.status().code() != 101;
            upgrading = answer.status().code() == 101;
            if (!interim) {
                exchange.answer.head(heads.of(answer));
            }
        }
        if (piece instanceof HttpContent content) {
            answerContent(exchange, content);
        }
    }

    private void answerContent(ForeignExchange exchange, HttpContent content) throws IOException {
        if (content.decoderResult().isFailure()) {
            refuse("answer: no valid body");
            return;
        }
        if (!interim) {
            exchange.answer.body(bytes(content.content()));
        }
        if (!(content instanceof LastHttpContent end)) {
            return;
        }
        answerBegun = false;
        if (!interim) {
            exchange.answer.end(heads.trailers(end.trailingHeaders()));
            unanswered.remove();
        }
        interim = false;
        if (upgrading) {
            tunnel = true;
            findings.add(Kind.TUNNELS, line, "connection " + name());
        }
        ForeignExchange next = unanswered.peek();
        answerDecoder.expect(next != null && next.isHead());
    }

    private static ByteString bytes(ByteBuf content) {
        return ByteString.copyFrom(content.nioBuffer());
    }

    private void refuse(String why) {
        if (!ending) {
            findings.add(Kind.NOT_HTTP, line, "connection " + name() + ": " + why);
        }
        broken = true;
    }

    private void requestEnd() throws IOException {
        requestsEnded++;
        if (inTail) {
            inTail = false;
            requestsRead = requestsEnded;
        } else if (requestsEnded > requestsRead && !tunnel) {
            findings.add(Kind.NOT_HTTP, line, "connection " + name() + ": a request ends before its end");
            abandon();
            requestsRead = requestsEnded;
        }
    }

    private void requestDropped() throws IOException {
        findings.add(Kind.SUPPRESSED_REQUESTS, line, "connection " + name());
        if (asking != null) {
            unanswered.remove(asking);
            asking.cut(Cut.NOT_RECORDED, Cut.NOT_RECORDED);
            asking = null;
        }
        inTail = false;
        lost = true;
        broken = true; // so that half a head is not taken for a bad one
        requests.close();
        requests = requestPieces();
        broken = false;
    }

    /** Ends what is open, and forgets what was read of a message that is not whole. */
    private void abandon() throws IOException {
        // Closing completes an answer that only its connection's end completes: not here, where that is not known.
        broken = true;
        requests.close();
        answers.close();
        cutAll(Cut.NOT_RECORDED, Cut.NOT_RECORDED);
        requests = requestPieces();
        answers = answerPieces();
        broken = false;
        answerBegun = false;
        interim = false;
        lost = true;
    }

    private void cutAll(Cut ofRequest, Cut ofAnswer) throws IOException {
        if (asking != null && !unanswered.contains(asking)) {
            unanswered.addFirst(asking); // it was answered before it ended
        }
        asking = null;
        for (ForeignExchange exchange : unanswered) {
            exchange.cut(ofRequest, exchange.request.isEnded() ? ofAnswer : ofRequest);
            findings.add(Kind.UNFINISHED_EXCHANGES, line, "connection " + name());
        }
        unanswered.clear();
    }

    /**
     * Nothing more comes.
     *
     * @param closed whether the connection was seen to close, which is an end of an answer without a length
     */
    void end(boolean closed) throws IOException {
        ending = true;
        broken = true;
        requests.close();
        broken = !closed;
        answers.close();
        if (closed) {
            cutAll(Cut.CLIENT_LEFT, Cut.SOURCE_LEFT);
        } else {
            cutAll(Cut.NOT_RECORDED, Cut.NOT_RECORDED);
        }
    }

    void emit(Fragment.Builder fragment) throws IOException {
        sink.fragment(
                origin.proxy(),
                origin.partition(),
                time,
                fragment.setConnection(origin.number()).build());
    }
}
