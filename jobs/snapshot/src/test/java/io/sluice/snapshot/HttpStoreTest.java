package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a small server of our own, which can do less than a real one. */
class HttpStoreTest {

    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final AtomicInteger failuresToCome = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private boolean answersRanges = true;
    private int refusal;
    private HttpServer server;
    private BlobStore store;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        int port = server.getAddress().getPort();
        store = BlobStore.open(new RepositoryLocation.Url(URI.create("http://127.0.0.1:" + port + "/a%20repo")));
    }

    @AfterEach
    void stop() {
        store.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        byte[] blob = blobs.get(exchange.getRequestURI().getPath());
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (failuresToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            exchange.sendResponseHeaders(503, -1);
        } else if (refusal > 0) {
            exchange.sendResponseHeaders(refusal, -1);
        } else if (blob == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (range != null && answersRanges) {
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            int from = Integer.parseInt(ends[0]);
            int to = Math.min(blob.length, Integer.parseInt(ends[1]) + 1);
            if (from >= to) {
                exchange.sendResponseHeaders(416, -1);
            } else {
                exchange.sendResponseHeaders(206, to - from);
                exchange.getResponseBody().write(blob, from, to - from);
            }
        } else {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob);
        }
        exchange.close();
    }

    @Test
    void readsWholeBlobsAndRanges() throws IOException {
        byte[] blob = new byte[300_000];
        new Random(1).nextBytes(blob);
        blobs.put("/a repo/indices/日本語+x/0/__0", blob);
        byte[] part = new byte[100_010];

        store.read("indices/日本語+x/0/__0", 150_000, part, 10, 100_000);

        assertThat(Arrays.copyOfRange(part, 10, part.length)).isEqualTo(Arrays.copyOfRange(blob, 150_000, 250_000));
        assertThat(store.readAll("indices/日本語+x/0/__0", 300_000)).isEqualTo(blob);
        assertThat(store.bytesRead()).isEqualTo(400_000);
    }

    @Test
    void aMissingBlobIsTold() {
        assertThatThrownBy(() -> store.readAll("index-7", 100))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContainingAll("index-7", "127.0.0.1");
    }

    @Test
    void aBlobThatEndsTooEarlyIsDamage() {
        blobs.put("/a repo/b", new byte[10]);

        assertThatThrownBy(() -> store.read("b", 5, new byte[10], 0, 10))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContainingAll("b is damaged", "10 bytes", "5 bytes");
        assertThatThrownBy(() -> store.read("b", 50, new byte[10], 0, 10)).isInstanceOf(CorruptBlobException.class);
    }

    @Test
    void aBlobThatIsTooLongIsRefused() {
        blobs.put("/a repo/index.latest", new byte[10_000]);

        assertThatThrownBy(() -> store.readAll("index.latest", 1024))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("index.latest", "1024");
    }

    @Test
    void aFailureThatPassesIsNotSeen() throws IOException {
        blobs.put("/a repo/b", "abc".getBytes(UTF_8));
        failuresToCome.set(2);

        byte[] found = store.readAll("b", 10);

        assertThat(found).isEqualTo("abc".getBytes(UTF_8));
        assertThat(requests).hasValue(3);
    }

    @Test
    void aRefusalIsToldAtOnce() {
        refusal = 401;

        assertThatThrownBy(() -> store.readAll("b", 10))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("Not allowed", "b", "401");
        assertThat(requests).hasValue(1);
    }

    @Test
    void aServerWithoutRangesIsTold() {
        blobs.put("/a repo/b", new byte[1000]);
        answersRanges = false;

        assertThatThrownBy(() -> store.read("b", 10, new byte[10], 0, 10))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("ranges");
    }

    @Test
    void aRepositoryIsFoundByItsLatestGeneration() throws IOException {
        blobs.put("/a repo/index.latest", new byte[] {0, 0, 0, 0, 0, 0, 0, 12});
        blobs.put(
                "/a repo/index-12",
                "{\"snapshots\": [{\"name\": \"s\", \"uuid\": \"u\", \"state\": 1}], \"indices\": {}}".getBytes(UTF_8));

        assertThat(Repository.open(store).snapshotNames()).containsExactly("s");
    }

    @Test
    void aRepositoryOfNamesIsFoundByItsIndex() throws IOException {
        blobs.put("/a repo/index", "{\"snapshots\": [\"a\", \"b\"]}".getBytes(UTF_8));

        assertThat(Repository.open(store).snapshotNames()).containsExactly("a", "b");
    }

    @Test
    void whereThereIsNoRepositoryTheAddressIsTold() {
        assertThatThrownBy(() -> Repository.open(store))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("no snapshot repository at http://127.0.0.1", "index.latest");
    }
}
