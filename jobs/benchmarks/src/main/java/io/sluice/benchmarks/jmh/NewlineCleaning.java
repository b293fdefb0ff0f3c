package io.sluice.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cluster.BulkBody;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A document's way into a bulk: its action is written, its source copied, and line breaks in it become spaces. One operation
 * is one document of {@value #SOURCE_BYTES} bytes.
 */
@State(Scope.Thread)
public class NewlineCleaning {

    /** What the figures in bytes are taken by. */
    public static final int SOURCE_BYTES = 1024;

    private static final int DOCUMENTS = 512;
    private static final int LINE_BYTES = 32;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final byte[] ID = "AXk2mX1Tq0pV9wYc3Rb7".getBytes(UTF_8);
    private static final byte[] NONE = {};

    private final byte[] oneLine = new byte[SOURCE_BYTES];
    private final byte[] prettyPrinted = new byte[SOURCE_BYTES];
    private final byte[] copy = new byte[SOURCE_BYTES * DOCUMENTS];
    private final BulkBody body = new BulkBody(CHUNK_BYTES);

    /** Two sources of the same length. */
    public NewlineCleaning() {
        Arrays.fill(oneLine, (byte) 'x');
        Arrays.fill(prettyPrinted, (byte) 'x');
        for (int i = LINE_BYTES; i < SOURCE_BYTES; i += LINE_BYTES) {
            prettyPrinted[i] = '\n';
        }
    }

    /** A source without line breaks, as most are. */
    @Benchmark
    @OperationsPerInvocation(DOCUMENTS)
    public long oneLine() {
        return fill(oneLine);
    }

    /** A source with a line break every {@value #LINE_BYTES} bytes. */
    @Benchmark
    @OperationsPerInvocation(DOCUMENTS)
    public long prettyPrinted() {
        return fill(prettyPrinted);
    }

    /** The copy alone, to compare with: no action, no look at the bytes. */
    @Benchmark
    @OperationsPerInvocation(DOCUMENTS)
    public byte[] copyAlone() {
        for (int i = 0; i < DOCUMENTS; i++) {
            System.arraycopy(oneLine, 0, copy, i * SOURCE_BYTES, SOURCE_BYTES);
        }
        return copy;
    }

    private long fill(byte[] source) {
        body.clear();
        for (int i = 0; i < DOCUMENTS; i++) {
            body.index(ID, ID.length, NONE, -1, 1_000_000L + i, source, 0, SOURCE_BYTES);
        }
        return body.bytes();
    }
}
