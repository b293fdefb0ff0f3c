package io.sluice.proxy.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.sluice.proxy.http.HeadWriter;
import io.sluice.proxy.http.HttpLimits;

/**
 * What belongs to one event loop.
 *
 * @param index from 0
 */
public record Lane(
        int index,
        EventLoop loop,
        Transport transport,
        ByteBufAllocator buffers,
        HeadWriter writer,
        HttpLimits limits) {}
