package io.sluice.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A repository in a bucket: ranged GETs, and listings a page at a time. The SDK retries, a bounded number of times. */
final class S3Store implements BlobStore {

    private final RepositoryLocation.S3 location;
    private final S3Clients clients;
    private final S3Client client;
    private final String keyPrefix;
    private final LongAdder bytesRead = new LongAdder();

    private S3Store(RepositoryLocation.S3 location, S3Clients clients) {
        this.location = location;
        this.clients = clients;
        this.client = clients.s3();
        this.keyPrefix = location.prefix().isEmpty() ? "" : location.prefix() + "/";
    }

    /** Asks for one key, so that a wrong bucket, wrong credentials and an empty prefix are told apart at once. */
    static S3Store open(RepositoryLocation.S3 location) throws IOException {
        S3Store store = new S3Store(location, S3Clients.of(location));
        try {
            store.refuseWhenEmpty();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private void refuseWhenEmpty() throws IOException {
        ListObjectsV2Request oneKey = listing(keyPrefix).maxKeys(1).build();
        if (page(oneKey, keyPrefix).contents().isEmpty()) {
            throw new RepositoryException(
                    "There is no snapshot repository at %s: no object's key begins with it. Give the bucket and the base_path of the repository."
                            .formatted(describe()));
        }
    }

    @Override
    public byte[] readAll(String blob, int maxBytes) throws IOException {
        byte[] bytes = get(
                blob, "all of it", request(blob).build(), (response, in) -> readWhole(blob, maxBytes, response, in));
        bytesRead.add(bytes.length);
        return bytes;
    }

    private byte[] readWhole(String blob, int maxBytes, GetObjectResponse response, InputStream in) throws IOException {
        if (response.contentLength() > maxBytes) {
            throw new RepositoryException(
                    "%s has %d bytes; a blob of its kind has at most %d. Is %s a snapshot repository?"
                            .formatted(blob, response.contentLength(), maxBytes, describe()));
        }
        byte[] bytes = new byte[Math.toIntExact(response.contentLength())];
        requireAll(in.readNBytes(bytes, 0, bytes.length), bytes.length);
        return bytes;
    }

    @Override
    public void read(String blob, long position, byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        bytesRead.add(length);
        GetObjectRequest range = request(blob)
                .range("bytes=" + position + "-" + (position + length - 1))
                .build();
        get(blob, "%d bytes at %d".formatted(length, position), range, (response, in) -> {
            if (response.contentLength() < length) {
                throw BlobStores.endsBefore(blob, position, length, response.contentLength());
            }
            requireAll(in.readNBytes(into, offset, length), length);
            return into;
        });
    }

    /** The store promised more: the connection was cut, and another try will help. */
    private static void requireAll(int received, int promised) {
        if (received < promised) {
            throw RetryableException.create("the connection ended after %d of %d bytes".formatted(received, promised));
        }
    }

    /** What is done with the body of an answer. */
    @FunctionalInterface
    private interface Body<T> {
        T take(GetObjectResponse response, InputStream in) throws IOException;
    }

    private <T> T get(String blob, String what, GetObjectRequest request, Body<T> body) throws IOException {
        Refusal refusal = new Refusal();
        try {
            return client.getObject(request, (response, in) -> {
                try {
                    return body.take(response, in);
                } catch (CorruptBlobException | RepositoryException e) {
                    in.abort();
                    refusal.reason = e;
                    throw e;
                } catch (IOException e) {
                    throw RetryableException.create(String.valueOf(e.getMessage()), e);
                }
            });
        } catch (SdkException e) {
            if (refusal.reason != null) {
                throw refusal.reason;
            }
            throw S3Errors.translate(e, location, blob, "read " + what + " of " + blob);
        }
    }

    /** Carries our own refusal past the SDK, which wraps whatever a body throws. */
    private static final class Refusal {
        private @org.jspecify.annotations.Nullable IOException reason;
    }

    @Override
    public List<String> list(String folder, String prefix) throws IOException {
        String below = folder.isEmpty() ? keyPrefix : key(folder) + "/";
        List<String> names = new ArrayList<>();
        ListObjectsV2Request request = listing(below + prefix).delimiter("/").build();
        while (true) {
            ListObjectsV2Response page = page(request, below + prefix);
            for (S3Object object : page.contents()) {
                names.add(object.key().substring(below.length()));
            }
            if (!Boolean.TRUE.equals(page.isTruncated()) || page.nextContinuationToken() == null) {
                Collections.sort(names);
                return names;
            }
            request = request.toBuilder()
                    .continuationToken(page.nextContinuationToken())
                    .build();
        }
    }

    private ListObjectsV2Response page(ListObjectsV2Request request, String prefix) throws IOException {
        try {
            return client.listObjectsV2(request);
        } catch (SdkException e) {
            IOException translated =
                    S3Errors.translate(e, location, prefix, "list the keys that begin with \"" + prefix + "\"");
            throw translated instanceof NoSuchFileException
                    ? new RepositoryException("The bucket of %s cannot be listed.".formatted(describe()), e)
                    : translated;
        }
    }

    private ListObjectsV2Request.Builder listing(String prefix) {
        return ListObjectsV2Request.builder().bucket(location.bucket()).prefix(prefix);
    }

    private GetObjectRequest.Builder request(String blob) throws RepositoryException {
        return GetObjectRequest.builder().bucket(location.bucket()).key(key(blob));
    }

    private String key(String blob) throws RepositoryException {
        return blob.startsWith("/") ? BlobStores.checked(blob.substring(1)) : keyPrefix + BlobStores.checked(blob);
    }

    @Override
    public String base() {
        return location.prefix();
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public String describe() {
        return location.describe();
    }

    @Override
    public void close() {
        clients.close();
    }
}
