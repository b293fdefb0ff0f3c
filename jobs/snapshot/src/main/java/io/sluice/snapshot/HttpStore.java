package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A repository that a web server shows: GET, with a range where a part is wanted. It cannot list. A request that
 * fails for a reason that may pass is repeated, a bounded number of times.
 */
final class HttpStore implements BlobStore {

    private static final int MAX_ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(60);

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int TOO_MANY = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    private final RepositoryLocation.Url location;
    private final HttpClient client;
    private final LongAdder bytesRead = new LongAdder();
    private volatile boolean closed;

    private HttpStore(RepositoryLocation.Url location) {
        this.location = location;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // many requests at once: one connection each
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    static HttpStore open(RepositoryLocation.Url location) {
        return new HttpStore(location);
    }

    @Override
    public byte[] readAll(String blob, int maxBytes) throws IOException {
        HttpResponse<BoundedBody.Content> answer = get(blob, "", maxBytes);
        if (answer.statusCode() != OK) {
            throw HttpErrors.refused(answer.statusCode(), blob, this);
        }
        if (answer.body().isCut()) {
            throw new RepositoryException(
                    "%s has more than %d bytes, which no blob of its kind has. Is %s a snapshot repository?"
                            .formatted(blob, maxBytes, describe()));
        }
        byte[] bytes = answer.body().bytes();
        bytesRead.add(bytes.length);
        return bytes;
    }

    @Override
    public void read(String blob, long position, byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        bytesRead.add(length);
        String range = "bytes=" + position + "-" + (position + length - 1);
        HttpResponse<BoundedBody.Content> answer = get(blob, range, length);
        byte[] bytes = answer.body().bytes();
        int status = answer.statusCode();
        if (status == OK && (position > 0 || answer.body().isCut() || bytes.length != length)) {
            throw new RepositoryException(
                    "%s sends the whole of %s where a part is asked for. Let it answer ranges, or copy the repository to a folder."
                            .formatted(describe(), blob));
        }
        if (status != OK && status != PARTIAL) {
            throw HttpErrors.refused(status, blob, this);
        }
        if (bytes.length < length) {
            throw BlobStores.endsBefore(blob, position, length, bytes.length);
        }
        System.arraycopy(bytes, 0, into, offset, length);
    }

    private HttpResponse<BoundedBody.Content> get(String blob, String range, int maxBytes) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(blob)).timeout(ATTEMPT_TIMEOUT);
        if (!range.isEmpty()) {
            request.header("Range", range);
        }
        HttpRequest built = request.build();
        long pauseNanos = FIRST_PAUSE.toNanos();
        for (int attempt = 1; ; attempt++) {
            boolean isLast = attempt == MAX_ATTEMPTS;
            try {
                HttpResponse<BoundedBody.Content> answer = send(built, blob, maxBytes);
                boolean mayPass = answer.statusCode() == TOO_MANY || answer.statusCode() >= FIRST_SERVER_ERROR;
                if (!mayPass || isLast) {
                    return answer;
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (isLast || closed) {
                    throw HttpErrors.unreachable(e, blob, this);
                }
            }
            LockSupport.parkNanos(pauseNanos); // ends early when interrupted; the next wait then says so
            pauseNanos *= 2;
        }
    }

    /** Waits for the whole answer: the request's own time-out ends with the head of it. */
    private HttpResponse<BoundedBody.Content> send(HttpRequest request, String blob, int maxBytes) throws IOException {
        CompletableFuture<HttpResponse<BoundedBody.Content>> coming =
                client.sendAsync(request, info -> new BoundedBody(maxBytes));
        try {
            return coming.get(ATTEMPT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            coming.cancel(true);
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("Interrupted while reading %s from %s.".formatted(blob, describe()));
            interrupted.initCause(e);
            throw interrupted;
        } catch (TimeoutException e) {
            coming.cancel(true);
            throw new IOException("no whole answer within " + ATTEMPT_TIMEOUT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return new ConnectException("the host is unknown");
        }
        return cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
    }

    private URI address(String blob) throws RepositoryException {
        StringBuilder text = new StringBuilder(location.url().toString());
        for (String element : BlobStores.checked(blob).split("/", -1)) {
            text.append('/').append(encoded(element));
        }
        return URI.create(text.toString());
    }

    /** RFC 3986: all but the unreserved characters, as UTF-8. */
    private static String encoded(String element) {
        StringBuilder out = new StringBuilder();
        for (byte b : element.getBytes(UTF_8)) {
            boolean isLetter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
            if (isLetter || (b >= '0' && b <= '9') || "-._~".indexOf(b) >= 0) {
                out.append((char) b);
            } else {
                out.append("%%%02X".formatted(b & 0xFF));
            }
        }
        return out.toString();
    }

    /** Nothing: a web server need not say what it has. */
    @Override
    public List<String> list(String folder, String prefix) {
        return List.of();
    }

    @Override
    public boolean canList() {
        return false;
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public String describe() {
        return location.describe();
    }

    /** The client has nothing to close; its connections end when they have been idle. */
    @Override
    public void close() {
        closed = true;
    }

    /** Says what an answer, or none, means for whoever configured the repository. */
    private static final class HttpErrors {

        private HttpErrors() {}

        static IOException refused(int status, String blob, HttpStore store) {
            return switch (status) {
                case 404, 410 -> new NoSuchFileException(blob, null, "there is no such blob in " + store.describe());
                case 401, 403, 407 ->
                    new RepositoryException(
                            "Not allowed to read %s in %s (%d). Let the server show it without credentials, or copy the repository to a folder."
                                    .formatted(blob, store.describe(), status));
                case 416 -> new CorruptBlobException(blob, 0, "a range to read", "a shorter blob");
                default ->
                    new RepositoryException("Cannot read %s in %s: the server answered %d. Check the address."
                            .formatted(blob, store.describe(), status));
            };
        }

        static IOException unreachable(IOException failure, String blob, HttpStore store) {
            if (failure instanceof ConnectException) {
                return new RepositoryException(
                        "Cannot reach %s: %s. Is the address right, and may this host connect to it?"
                                .formatted(store.describe(), reason(failure)),
                        failure);
            }
            return new IOException(
                    "Cannot read %s in %s: %s.".formatted(blob, store.describe(), reason(failure)), failure);
        }

        private static String reason(IOException failure) {
            String message = failure.getMessage();
            return message == null ? "the connection failed" : message;
        }
    }
}
