package io.sluice.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.lucene9.DocumentIds;
import java.util.Random;
import org.apache.lucene.index.CorruptIndexException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** From the stored form of an {@code _id} to the id that a client knows; one operation is one id. */
@State(Scope.Thread)
public class IdDecoding {

    private static final int IDS = 256;
    private static final int AUTOMATIC_BYTES = 15;
    private static final int DIGITS = 12;

    private final byte[][] automatic = new byte[IDS][];
    private final byte[][] numeric = new byte[IDS][];
    private final byte[][] text = new byte[IDS][];
    private final byte[] id = new byte[256];

    /** The three forms that ids mostly have. */
    public IdDecoding() {
        Random random = new Random(42);
        for (int i = 0; i < IDS; i++) {
            automatic[i] = new byte[AUTOMATIC_BYTES];
            random.nextBytes(automatic[i]);
            automatic[i][0] &= 0x7F;
            numeric[i] = new byte[1 + DIGITS / 2];
            numeric[i][0] = (byte) 0xFE;
            for (int at = 1; at < numeric[i].length; at++) {
                numeric[i][at] = (byte) (random.nextInt(10) << 4 | random.nextInt(10));
            }
            text[i] = ("?customer/" + random.nextInt(1_000_000)).getBytes(UTF_8);
            text[i][0] = (byte) 0xFF;
        }
    }

    /** Ids that the server made: 15 bytes become 20 characters. */
    @Benchmark
    @OperationsPerInvocation(IDS)
    public void automaticId(Blackhole hole) throws CorruptIndexException {
        decode(automatic, hole);
    }

    /** Ids of 12 decimal digits. */
    @Benchmark
    @OperationsPerInvocation(IDS)
    public void numericId(Blackhole hole) throws CorruptIndexException {
        decode(numeric, hole);
    }

    /** Any other text. */
    @Benchmark
    @OperationsPerInvocation(IDS)
    public void textId(Blackhole hole) throws CorruptIndexException {
        decode(text, hole);
    }

    private void decode(byte[][] stored, Blackhole hole) throws CorruptIndexException {
        for (byte[] one : stored) {
            hole.consume(DocumentIds.decode(one, one.length, id));
            hole.consume(id);
        }
    }
}
