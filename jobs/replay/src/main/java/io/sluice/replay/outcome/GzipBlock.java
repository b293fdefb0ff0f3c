package io.sluice.replay.outcome;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses lines into blocks. Each is a whole gzip member, so blocks one after the other are a gzip file (RFC 1952, 2.2), and a
 * file that ends behind any of them can be read.
 *
 * <p>Belongs to one thread.
 */
public final class GzipBlock {

    /** From so many bytes on, before they are compressed, a block is full. */
    private static final int FULL_BYTES = 256 << 10;

    private static final int BUFFER_BYTES = 8 << 10;

    private final ByteArrayOutputStream block = new ByteArrayOutputStream(BUFFER_BYTES);
    private @Nullable Member member;

    /** Fast rather than small: lines are much alike, and shrink to a tenth either way. */
    private static final class Member extends GZIPOutputStream {
        private long size;

        Member(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            super.write(bytes, offset, length);
            size += length;
        }
    }

    /** Adds a line; its end is added to it. */
    public void add(byte[] line, int length) {
        try {
            if (member == null) {
                member = new Member(block);
            }
            member.write(line, 0, length);
            member.write('\n');
        } catch (IOException e) {
            throw new IllegalStateException("memory takes what is written", e);
        }
    }

    /** Whether it is time to {@link #take} what is there. */
    public boolean isFull() {
        return member != null && member.size >= FULL_BYTES;
    }

    /** Whether there is no line. */
    public boolean isEmpty() {
        return member == null;
    }

    /** The lines since the last time, compressed; what is added later begins another block. */
    public byte[] take() {
        try {
            if (member != null) {
                member.close();
                member = null;
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory takes what is written", e);
        }
        byte[] bytes = block.toByteArray();
        block.reset();
        return bytes;
    }

    /** Gives back what lies outside of the heap. */
    public void close() {
        take();
    }
}
