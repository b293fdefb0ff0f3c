package io.sluice.snapshot;

import java.io.IOException;

/** Opens the store that a location names. */
final class BlobStores {

    private BlobStores() {}

    static BlobStore open(RepositoryLocation location) throws IOException {
        if (location instanceof RepositoryLocation.FileSystem folder) {
            return FileSystemStore.open(folder);
        }
        if (location instanceof RepositoryLocation.S3 bucket) {
            return S3Store.open(bucket);
        }
        if (location instanceof RepositoryLocation.Url url) {
            return HttpStore.open(url);
        }
        throw new IllegalArgumentException("No store for " + location.describe());
    }

    /**
     * Refuses a blob path that could lead out of the repository: the paths come from blobs that anyone
     * may have written.
     */
    static String checked(String blob) throws RepositoryException {
        boolean leadsOut = blob.startsWith("/") || blob.indexOf('\0') >= 0 || blob.indexOf('\\') >= 0;
        for (String element : blob.split("/", -1)) {
            leadsOut |= element.equals("..") || element.equals(".");
        }
        if (leadsOut) {
            throw new RepositoryException(
                    "The repository names a blob \"%s\", which lies outside of it. Refusing to read it; look at who can write to this repository."
                            .formatted(blob));
        }
        return blob;
    }

    static CorruptBlobException endsBefore(String blob, long position, int length, long found) {
        return new CorruptBlobException(blob, position, length + " bytes", found + " bytes and the end of the blob");
    }
}
