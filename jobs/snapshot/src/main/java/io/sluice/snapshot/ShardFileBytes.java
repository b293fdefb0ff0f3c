package io.sluice.snapshot;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * The bytes of one Lucene file by position, wherever they are: in the list itself, in one blob, or in many
 * parts. Any thread may read.
 */
public final class ShardFileBytes {

    private final ShardFile file;
    private final BlobStore store;

    public ShardFileBytes(ShardFile file, BlobStore store) {
        this.file = file;
        this.store = store;
    }

    /**
     * Bytes of this file that are in memory already, as a file of their own.
     *
     * @param name what a message calls it
     */
    public ShardFileBytes inMemory(String name, byte[] bytes) {
        return new ShardFileBytes(
                new ShardFile(name, file.blob(), bytes.length, Long.MAX_VALUE, file.checksum(), bytes), store);
    }

    /** How many bytes the file has, by the list. */
    public long length() {
        return file.length();
    }

    /** Lucene's checksum of the file as the list has it; empty when the list has none. */
    public OptionalLong listedChecksum() throws CorruptBlobException {
        String listed = file.checksum();
        if (listed.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(listed, Character.MAX_RADIX));
        } catch (NumberFormatException e) {
            throw new CorruptBlobException(
                    "The file list's entry of " + describe(0), 0, "a checksum in base 36", "\"" + listed + "\"", e);
        }
    }

    /** The Lucene file and the blob that holds the byte at {@code position}, as a message calls them. */
    public String describe(long position) {
        String blob = file.content() != null ? "the shard's file list" : blob(position / file.partBytes());
        return file.name() + " (" + blob + ")";
    }

    /**
     * Reads exactly {@code length} bytes from {@code position} on.
     *
     * @throws CorruptBlobException when the file, or the blob that holds it, ends before
     */
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        if (position < 0 || length < 0 || position > file.length() - length) {
            throw new CorruptBlobException(
                    describe(Math.max(0, Math.min(position, file.length() - 1))),
                    position,
                    length + " bytes",
                    "a file of " + file.length() + " bytes");
        }
        byte[] content = file.content();
        if (content != null) {
            if (position > content.length - length) {
                throw new CorruptBlobException(
                        describe(position), position, length + " bytes", "a file of " + content.length + " bytes");
            }
            System.arraycopy(content, (int) position, into, offset, length);
            return;
        }
        long at = position;
        int done = 0;
        while (done < length) {
            long part = at / file.partBytes();
            long inPart = at - part * file.partBytes();
            int count = (int) Math.min(length - done, file.partBytes() - inPart);
            store.read(blob(part), inPart, into, offset + done, count);
            done += count;
            at += count;
        }
    }

    /** The whole file; refuses one of more than {@code maxBytes}. */
    public byte[] readAll(int maxBytes) throws IOException {
        if (file.length() > maxBytes) {
            throw new CorruptBlobException(describe(0), 0, "at most " + maxBytes + " bytes", file.length() + " bytes");
        }
        byte[] bytes = new byte[(int) file.length()];
        read(0, bytes, 0, bytes.length);
        return bytes;
    }

    private String blob(long part) {
        return file.length() <= file.partBytes() ? file.blob() : file.blob() + ".part" + part;
    }
}
