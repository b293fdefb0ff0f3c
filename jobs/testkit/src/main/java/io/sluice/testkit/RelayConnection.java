package io.sluice.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection of a {@link FaultRelay} and the one to the node that belongs to it.
 *
 * <p>Both are read on demand, one message at a time, and a message is asked for only when the one before
 * has been written: no more than that is ever held, and exchanges follow one another. Everything runs on the
 * event loop that both connections share.
 */
@SuppressWarnings("FutureReturnValueIgnored") // every flush has a listener; closing and delaying have nothing to report
final class RelayConnection extends ChannelInboundHandlerAdapter {

    private final FaultRelay relay;
    private final RelayCounters counters;

    private @Nullable Channel client;
    private @Nullable Channel node;

    /** The exchange that is under way. */
    private @Nullable Fault fault;

    private @Nullable HttpRequest request;
    private @Nullable HttpResponse heldAnswer;
    private boolean underWay;
    private boolean requestIsThrough;
    private boolean answerIsThrough;
    private boolean informational;
    private boolean keepAlive;

    RelayConnection(FaultRelay relay) {
        this.relay = relay;
        this.counters = relay.counters();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        client = ctx.channel();
        ctx.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable broken) {
        end();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (((HttpObject) message).decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            end();
        } else if (message instanceof HttpRequest head) {
            begin(ctx, head);
        } else {
            requestContent(ctx, (HttpContent) message);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest head) {
        counters.requests.increment();
        request = head;
        fault = relay.faultFor(head.uri()).orElse(null);
        underWay = true;
        requestIsThrough = false;
        answerIsThrough = false;
        keepAlive = HttpUtil.isKeepAlive(head);
        if (fault instanceof Fault.Refuse || fault instanceof Fault.CutRequest) {
            ctx.read(); // the body decides what is done with the head
        } else if (fault instanceof Fault.Delay delay) {
            counters.delayed.increment();
            ctx.executor().schedule(() -> forward(ctx, head), delay.time().toMillis(), TimeUnit.MILLISECONDS);
        } else {
            forward(ctx, head);
        }
    }

    private void forward(ChannelHandlerContext ctx, HttpRequest head) {
        if (!ctx.channel().isActive()) {
            return; // the client went away while we waited
        }
        if (node == null) {
            connect(ctx, head);
        } else {
            toNode(ctx, node, head);
        }
    }

    private void connect(ChannelHandlerContext ctx, HttpRequest head) {
        relay.connect(ctx.channel(), new Answers()).addListener((ChannelFutureListener) connected -> {
            if (!connected.isSuccess() || !ctx.channel().isActive()) {
                connected.channel().close();
                end();
                return;
            }
            node = connected.channel();
            node.read();
            toNode(ctx, node, head);
        });
    }

    /** Writes a part of a request and asks for the next, if there is one. */
    private void toNode(ChannelHandlerContext ctx, Channel target, HttpObject part) {
        boolean last = part instanceof LastHttpContent;
        target.writeAndFlush(part).addListener(written -> {
            if (!written.isSuccess()) {
                end();
            } else if (last) {
                requestIsThrough = true;
                finishIfBothAreThrough();
            } else {
                ctx.read();
            }
        });
    }

    private void requestContent(ChannelHandlerContext ctx, HttpContent content) {
        if (fault instanceof Fault.Refuse refuse) {
            swallow(ctx, content, refuse);
        } else if (fault instanceof Fault.CutRequest) {
            cutRequest(ctx, content);
        } else if (node == null) {
            content.release();
            end();
        } else {
            toNode(ctx, node, content);
        }
    }

    private void swallow(ChannelHandlerContext ctx, HttpContent content, Fault.Refuse refuse) {
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (!last) {
            ctx.read();
            return;
        }
        counters.refused.increment();
        requestIsThrough = true;
        answerWith(refuse.status());
    }

    private void cutRequest(ChannelHandlerContext ctx, HttpContent content) {
        counters.cutRequests.increment();
        underWay = false;
        HttpRequest head = request;
        if (head == null || !content.content().isReadable()) {
            content.release();
            end(); // without a body there is nothing to cut but the whole
            return;
        }
        HttpContent half = firstHalf(content);
        if (node != null) {
            writeThenEnd(node, head, half);
            return;
        }
        relay.connect(ctx.channel(), new Answers()).addListener((ChannelFutureListener) connected -> {
            if (connected.isSuccess()) {
                node = connected.channel();
                writeThenEnd(node, head, half);
            } else {
                half.release();
                end();
            }
        });
    }

    private void answerPart(HttpObject part) {
        if (fault instanceof Fault.ApplyThenRefuse refuse) {
            boolean last = part instanceof LastHttpContent && !informational;
            informational = isInformational(part);
            ReferenceCountUtil.release(part);
            if (last) {
                counters.appliedThenRefused.increment();
                answerWith(refuse.status());
            }
        } else if (fault instanceof Fault.CutAnswer) {
            cutAnswer(part);
        } else {
            toClient(part);
        }
    }

    private void cutAnswer(HttpObject part) {
        if (part instanceof HttpResponse head) {
            heldAnswer = head;
            return;
        }
        counters.cutAnswers.increment();
        underWay = false;
        HttpContent content = (HttpContent) part;
        if (heldAnswer == null || client == null || !content.content().isReadable()) {
            content.release();
            end();
        } else {
            writeThenEnd(client, heldAnswer, firstHalf(content));
        }
    }

    /** Writes a part of an answer and asks for the next. */
    private void toClient(HttpObject part) {
        Channel target = client;
        if (target == null) {
            ReferenceCountUtil.release(part);
            return;
        }
        boolean last = part instanceof LastHttpContent && !informational;
        informational = isInformational(part);
        if (part instanceof HttpResponse head && !informational) {
            keepAlive &= HttpUtil.isKeepAlive(head);
        }
        if (last) {
            counters.passed.increment();
        }
        target.writeAndFlush(part).addListener(written -> {
            if (!written.isSuccess()) {
                end();
                return;
            }
            if (last) {
                answerIsThrough = true;
                finishIfBothAreThrough();
            }
            readNode();
        });
    }

    /** "100 Continue" and its like: an empty answer of its own, before the real one. */
    private static boolean isInformational(HttpObject part) {
        return part instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private void answerWith(int status) {
        Channel target = client;
        if (target == null) {
            return;
        }
        ByteBuf body = Unpooled.copiedBuffer(
                "{\"error\":{\"type\":\"injected_fault\",\"reason\":\"The relay was told to answer so.\"},\"status\":"
                        + status + "}",
                StandardCharsets.UTF_8);
        FullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        target.writeAndFlush(answer).addListener(written -> {
            answerIsThrough = true;
            finishIfBothAreThrough();
            readNode();
        });
    }

    private void finishIfBothAreThrough() {
        if (!underWay || !requestIsThrough || !answerIsThrough) {
            return;
        }
        underWay = false;
        fault = null;
        request = null;
        heldAnswer = null;
        if (keepAlive && client != null) {
            client.read();
        } else {
            end();
        }
    }

    private void readNode() {
        if (node != null) {
            node.read();
        }
    }

    private void writeThenEnd(Channel target, HttpObject head, HttpContent part) {
        target.write(head);
        target.writeAndFlush(part).addListener(written -> end());
    }

    /** Closes both connections, which breaks the exchange that is under way. */
    private void end() {
        if (underWay) {
            underWay = false;
            counters.broken.increment();
        }
        if (client != null) {
            client.close();
        }
        if (node != null) {
            node.close();
        }
    }

    private static HttpContent firstHalf(HttpContent content) {
        ByteBuf bytes = content.content();
        return new DefaultHttpContent(bytes.readSlice(bytes.readableBytes() / 2));
    }

    /** The node's side of it. */
    private final class Answers extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            HttpObject part = (HttpObject) message;
            if (part.decoderResult().isFailure() || !underWay) {
                ReferenceCountUtil.release(message);
                end();
                return;
            }
            answerPart(part);
            if (fault instanceof Fault.ApplyThenRefuse || fault instanceof Fault.CutAnswer) {
                ctx.read();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable broken) {
            end();
        }
    }
}
