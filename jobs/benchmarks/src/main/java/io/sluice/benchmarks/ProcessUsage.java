package io.sluice.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What a process has used so far, as Linux counts it. Source: proc(5). */
final class ProcessUsage {

    /** {@code getconf CLK_TCK}: 100 on every Linux that a JVM is published for. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final OperatingSystemMXBean SELF =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ProcessUsage() {}

    /** User and system time of this process, all threads, since its start, in nanoseconds. */
    static long ownCpuNanos() {
        return SELF.getProcessCpuTime();
    }

    /** The most memory this process ever had in RAM, in bytes. */
    static long ownPeakRssBytes() throws IOException {
        return peakRssBytes(ProcessHandle.current().pid());
    }

    /** The most memory a process that still runs ever had in RAM, in bytes. */
    static long peakRssBytes(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException(status + " has no VmHWM, which the benchmarks need. Run them on Linux.");
    }

    /** User and system time of another process in nanoseconds, to the hundredth of a second; empty when it is gone. */
    static OptionalLong cpuNanos(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The second field is the program's name in parentheses, which may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return OptionalLong.of((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK);
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }
}
