package io.sluice.proxy;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** How much direct memory this JVM has: Netty's own, which the JVM does not count, and the JVM's. */
final class DirectMemory {

    private DirectMemory() {}

    static long used() {
        long known = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return known + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
