package io.sluice.cluster;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads buffers, one after the other. Leaves their positions untouched. */
final class BodyStream extends InputStream {

    private final List<ByteBuffer> body;
    private int next;
    private ByteBuffer current = ByteBuffer.allocate(0);

    BodyStream(List<ByteBuffer> body) {
        this.body = body;
    }

    @Override
    public int read() {
        return advance() ? current.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int n = Math.min(length, current.remaining());
        current.get(into, offset, n);
        return n;
    }

    private boolean advance() {
        while (!current.hasRemaining()) {
            if (next == body.size()) {
                return false;
            }
            current = body.get(next++).duplicate();
        }
        return true;
    }
}
