package io.sluice.lucene4;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.CorruptBlobException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Blobs in memory, which counts what is asked for. */
record BytesStore(Map<String, byte[]> blobs, LongAdder counter) implements BlobStore {

    BytesStore(Map<String, byte[]> blobs) {
        this(blobs, new LongAdder());
    }

    @Override
    public byte[] readAll(String blob, int maxBytes) throws IOException {
        byte[] bytes = new byte[blobs.get(blob).length];
        read(blob, 0, bytes, 0, bytes.length);
        return bytes;
    }

    @Override
    public void read(String blob, long position, byte[] into, int offset, int length) throws IOException {
        byte[] bytes = blobs.get(blob);
        if (position + length > bytes.length) {
            throw new CorruptBlobException(blob, position, length + " bytes", "the end");
        }
        counter.add(length);
        System.arraycopy(bytes, (int) position, into, offset, length);
    }

    @Override
    public List<String> list(String folder, String prefix) {
        return List.of();
    }

    @Override
    public long bytesRead() {
        return counter.sum();
    }

    @Override
    public String describe() {
        return "memory";
    }

    @Override
    public void close() {}
}
