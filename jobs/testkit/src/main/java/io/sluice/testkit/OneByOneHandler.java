package io.sluice.testkit;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Hands on one message for each read that was asked for, when and however many come.
 *
 * <p>Netty's own FlowControlHandler takes a read for answered at the end of the socket read during which it
 * was asked; a handler that asks for the next message while it handles the last one then waits for ever.
 *
 * <p>Owns the messages of one socket read that nobody has asked for yet. Auto-read must be off.
 */
final class OneByOneHandler extends ChannelDuplexHandler {

    private final Queue<Object> waiting = new ArrayDeque<>();
    private boolean isWanted;
    private boolean isHandingOn;

    @Override
    public void read(ChannelHandlerContext ctx) {
        isWanted = true;
        handOn(ctx);
        if (isWanted) {
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message); // bounded: a socket is read only while nothing waits
        handOn(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (isWanted) {
            ctx.read(); // what came was less than a message
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    /** A loop, since a read that is asked for by whoever gets the message would else recur. */
    private void handOn(ChannelHandlerContext ctx) {
        if (isHandingOn) {
            return;
        }
        isHandingOn = true;
        try {
            while (isWanted && !waiting.isEmpty()) {
                isWanted = false;
                ctx.fireChannelRead(waiting.remove());
            }
        } finally {
            isHandingOn = false;
        }
    }
}
