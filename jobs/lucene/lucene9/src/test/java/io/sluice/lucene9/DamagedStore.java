package io.sluice.lucene9;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.CorruptBlobException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A store in which some blobs have other bytes. */
record DamagedStore(BlobStore store, Map<String, byte[]> damaged) implements BlobStore {

    @Override
    public byte[] readAll(String blob, int maxBytes) throws IOException {
        byte[] bytes = damaged.get(blob);
        return bytes == null ? store.readAll(blob, maxBytes) : bytes.clone();
    }

    @Override
    public void read(String blob, long position, byte[] into, int offset, int length) throws IOException {
        byte[] bytes = damaged.get(blob);
        if (bytes == null) {
            store.read(blob, position, into, offset, length);
        } else if (position + length > bytes.length) {
            throw new CorruptBlobException(blob, position, length + " bytes", "the end of the blob");
        } else {
            System.arraycopy(bytes, (int) position, into, offset, length);
        }
    }

    @Override
    public List<String> list(String folder, String prefix) throws IOException {
        return store.list(folder, prefix);
    }

    @Override
    public long bytesRead() {
        return store.bytesRead();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {}
}
