package io.sluice.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A repository in a folder. Reads by position, so threads share an open file without a lock. */
final class FileSystemStore implements BlobStore {

    /** One read call asks for no more, so that the direct buffer the JDK keeps per thread stays small. */
    private static final int BYTES_PER_READ = 256 << 10;

    private final Path root;
    private final OpenFiles files = new OpenFiles();
    private final LongAdder bytesRead = new LongAdder();

    private FileSystemStore(Path root) {
        this.root = root;
    }

    static FileSystemStore open(RepositoryLocation.FileSystem location) throws RepositoryException {
        Path root = Path.of(location.path()).toAbsolutePath().normalize();
        if (!Files.exists(root)) {
            throw new RepositoryException(
                    "There is no snapshot repository at %s: the folder does not exist%s. Give the path under which this host sees the repository."
                            .formatted(root, nearest(root)));
        }
        if (!Files.isDirectory(root)) {
            throw new RepositoryException(
                    "There is no snapshot repository at %s: it is a file. Give the repository's folder."
                            .formatted(root));
        }
        if (!Files.isReadable(root)) {
            throw new RepositoryException(
                    "The snapshot repository at %s may not be read by the user of this process. Grant read access."
                            .formatted(root));
        }
        return new FileSystemStore(root);
    }

    @Override
    public byte[] readAll(String blob, int maxBytes) throws IOException {
        try (OpenFiles.Lease file = files.lease(path(blob))) {
            long length = file.channel().size();
            if (length > maxBytes) {
                throw new RepositoryException(
                        "%s has %d bytes; a blob of its kind has at most %d. Is %s a snapshot repository?"
                                .formatted(blob, length, maxBytes, describe()));
            }
            byte[] bytes = new byte[(int) length];
            read(blob, 0, bytes, 0, bytes.length);
            return bytes;
        } catch (NoSuchFileException e) {
            throw missing(blob, e);
        }
    }

    @Override
    public void read(String blob, long position, byte[] into, int offset, int length) throws IOException {
        bytesRead.add(length);
        try {
            readFully(blob, position, ByteBuffer.wrap(into, offset, length));
        } catch (NoSuchFileException e) {
            throw missing(blob, e);
        } catch (AccessDeniedException e) {
            throw new RepositoryException(
                    "%s in %s may not be read by the user of this process. Grant read access.".formatted(blob, root),
                    e);
        }
    }

    private void readFully(String blob, long position, ByteBuffer into) throws IOException {
        int begin = into.position();
        int end = into.limit();
        while (into.position() < end) {
            into.limit(Math.min(end, into.position() + BYTES_PER_READ));
            int count = readSome(blob, position + into.position() - begin, into);
            into.limit(end);
            if (count < 0) {
                throw BlobStores.endsBefore(blob, position, end - begin, into.position() - begin);
            }
        }
    }

    /** An interrupted thread closes the channel it reads from, for all who share it: they open it again. */
    private int readSome(String blob, long position, ByteBuffer into) throws IOException {
        Path path = path(blob);
        while (true) {
            try (OpenFiles.Lease file = files.lease(path)) {
                return file.channel().read(into, position);
            } catch (ClosedChannelException e) {
                if (Thread.currentThread().isInterrupted() || files.isClosed()) {
                    throw new IOException("Reading %s in %s was interrupted.".formatted(blob, root), e);
                }
            }
        }
    }

    @Override
    public List<String> list(String folder, String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(folder), Files::isRegularFile)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.startsWith(prefix)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of(); // like a bucket, in which there are no folders
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public String describe() {
        return root.toString();
    }

    @Override
    public void close() {
        files.close();
    }

    private Path path(String blob) throws IOException {
        try {
            Path path = root.resolve(BlobStores.checked(blob)).normalize();
            if (!path.startsWith(root)) {
                throw new RepositoryException(
                        "The repository names a blob \"%s\", which lies outside of it.".formatted(blob));
            }
            return path;
        } catch (InvalidPathException e) {
            throw new RepositoryException(
                    "The repository names a blob \"%s\", which is no path here.".formatted(blob), e);
        }
    }

    private NoSuchFileException missing(String blob, NoSuchFileException cause) {
        NoSuchFileException missing = new NoSuchFileException(blob, null, "there is no such blob in " + root);
        missing.initCause(cause);
        return missing;
    }

    private static String nearest(Path root) {
        for (Path parent = root.getParent(); parent != null; parent = parent.getParent()) {
            if (Files.isDirectory(parent)) {
                return " (%s does)".formatted(parent);
            }
        }
        return "";
    }
}
