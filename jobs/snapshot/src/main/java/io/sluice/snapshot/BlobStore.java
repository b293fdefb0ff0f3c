package io.sluice.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Read-only access to the blobs of a repository, by their path below its root ({@code indices/…}).
 *
 * <p>Every method may be called from any thread. A missing blob is a {@link
 * java.nio.file.NoSuchFileException} with its path; whatever else goes wrong is an {@link IOException}
 * that names the blob and, where one was asked for, the range.
 */
public interface BlobStore extends Closeable {

    /**
     * Opens the store at {@code location}.
     *
     * @throws RepositoryException when there is nothing there, or it may not be read
     */
    static BlobStore open(RepositoryLocation location) throws IOException {
        return BlobStores.open(location);
    }

    /** The whole blob. For metadata only: refuses a blob of more than {@code maxBytes}. */
    byte[] readAll(String blob, int maxBytes) throws IOException;

    /**
     * Reads exactly {@code length} bytes that begin at {@code position} of the blob.
     *
     * @throws CorruptBlobException when the blob ends before
     */
    void read(String blob, long position, byte[] into, int offset, int length) throws IOException;

    /** The names (last path element) of the blobs directly below {@code folder} that begin with {@code prefix}. */
    List<String> list(String folder, String prefix) throws IOException;

    /** Whether {@link #list} tells what is there; else it is empty. */
    default boolean canList() {
        return true;
    }

    /**
     * The path of the repository's root from the top of what it lies in, a bucket, without slashes at either end. A
     * blob's path that begins with a slash is one from there. Empty where the root itself is the top.
     */
    default String base() {
        return "";
    }

    /** How many bytes of blobs were asked for since it was opened. */
    long bytesRead();

    /** What a message calls it. */
    String describe();

    @Override
    void close();
}
