package io.sluice.lucene9;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.lucene.store.BufferedIndexInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/** The data of doc values as {@link OlderColumns} shows them: of version 0, with the sets of documents behind. */
final class OlderData extends BufferedIndexInput {

    /** Its sources buffer in larger pieces. */
    private static final int BUFFER_BYTES = 256;

    private final int versionAt;
    private final long dataLength;
    private final long length;
    private IndexInput data;
    private @Nullable IndexInput documents;
    private long position;

    /** @param versionAt where the 4 bytes of the version are */
    OlderData(IndexInput data, @Nullable IndexInput documents, int versionAt) {
        super(data.toString(), BUFFER_BYTES);
        this.data = data;
        this.documents = documents;
        this.versionAt = versionAt;
        this.dataLength = data.length();
        this.length = dataLength + (documents == null ? 0 : documents.length());
    }

    @Override
    protected void readInternal(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            IndexInput part = position < dataLength ? data : documents;
            if (part == null) {
                throw new EOFException("read past the end of " + this);
            }
            long at = position < dataLength ? position : position - dataLength;
            byte[] bytes = new byte[(int) Math.min(into.remaining(), part.length() - at)];
            if (bytes.length == 0) {
                throw new EOFException("read past the end of " + this);
            }
            part.seek(at);
            part.readBytes(bytes, 0, bytes.length);
            for (int i = 0; i < Integer.BYTES; i++) {
                long in = versionAt + i - position;
                if (in >= 0 && in < bytes.length) {
                    bytes[(int) in] = 0;
                }
            }
            into.put(bytes);
            position += bytes.length;
        }
    }

    @Override
    protected void seekInternal(long to) {
        position = to;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public OlderData clone() {
        OlderData clone = (OlderData) super.clone();
        clone.data = data.clone();
        clone.documents = documents == null ? null : documents.clone();
        clone.position = getFilePointer();
        return clone;
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(data, documents);
    }
}
