package io.sluice.snapshot;

import java.nio.file.NoSuchFileException;
import java.util.List;

/** A store without blobs. */
enum NoStore implements BlobStore {
    INSTANCE;

    @Override
    public byte[] readAll(String blob, int maxBytes) throws NoSuchFileException {
        throw new NoSuchFileException(blob);
    }

    @Override
    public void read(String blob, long position, byte[] into, int offset, int length) throws NoSuchFileException {
        throw new NoSuchFileException(blob);
    }

    @Override
    public List<String> list(String folder, String prefix) {
        return List.of();
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    public String describe() {
        return "nowhere";
    }

    @Override
    public void close() {}
}
