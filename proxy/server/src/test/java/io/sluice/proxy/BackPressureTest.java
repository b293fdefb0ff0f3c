package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who does not read is not written to: neither side can fill the proxy. */
@ExtendWith(LeakCheck.class)
class BackPressureTest {

    private static final int PIECE = 64 << 10;
    private static final long WHOLE = 96L << 20;

    /** What the four sockets on the way may hold, by the system's own limits: 4 MB to send and 6 MB received, twice. */
    private static final long SOCKETS = 24L << 20;

    /** What the proxy may hold of one exchange, and what its allocator keeps in reserve. */
    private static final long OWN = 8L << 20;

    private final AtomicLong written = new AtomicLong();
    private final CountDownLatch mayRead = new CountDownLatch(1);

    @Test
    void aClientThatDoesNotReadStopsTheSource() throws Exception {
        RawSource.Script large = peer -> {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: " + WHOLE + "\r\n\r\n");
            writeAll(peer.socket().getOutputStream());
        };
        try (RawSource source = new RawSource(large);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            long before = DirectMemory.used();
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").head();

            assertThat(whenItStalls()).isLessThan(SOCKETS);
            assertThat(DirectMemory.used() - before).isLessThan(OWN);

            assertThat(client.in().skip(WHOLE)).isEqualTo(WHOLE);
            assertThat(DirectMemory.used() - before).isLessThan(OWN);
        }
    }

    @Test
    void aSourceThatDoesNotReadStopsTheClient() throws Exception {
        RawSource.Script lazy = peer -> {
            peer.head();
            mayRead.await();
            assertThat(peer.in().skip(WHOLE)).isEqualTo(WHOLE);
            peer.send(RawSource.ok("x"));
        };
        try (RawSource source = new RawSource(lazy);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            long before = DirectMemory.used();
            client.send("POST /_bulk HTTP/1.1\r\nHost: a\r\nContent-Length: " + WHOLE + "\r\n\r\n");
            CompletableFuture<Void> all = CompletableFuture.runAsync(() -> writeAll(client));

            assertThat(whenItStalls()).isLessThan(SOCKETS);
            assertThat(DirectMemory.used() - before).isLessThan(OWN);

            mayRead.countDown();
            all.get(60, TimeUnit.SECONDS);
            assertThat(client.answer()).isEqualTo(RawSource.ok("x"));
        }
    }

    @Test
    void anAnswerThatIsHeldIsNotReadFurther() throws Exception {
        MemoryRecorder recorder = new MemoryRecorder();
        recorder.manual = true;
        RawSource.Script large = peer -> {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: " + WHOLE + "\r\n\r\n");
            writeAll(peer.socket().getOutputStream());
        };
        try (RawSource source = new RawSource(large);
                Proxy proxy = TestProxy.before(source.address()).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send("POST /_bulk HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
            MemoryRecorder.Recorded exchange = recorder.next();
            exchange.letForward();

            assertThat(whenItStalls()).isLessThan(SOCKETS);
            exchange.letBegin();
            client.head();
            assertThat(client.in().skip(PIECE)).isEqualTo(PIECE);
        }
    }

    @Test
    void requestsSentAheadStayWithTheirSender() throws Exception {
        RawSource.Script never = peer -> {
            peer.request();
            mayRead.await();
        };
        byte[] ahead =
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(4096).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (RawSource source = new RawSource(never);
                Proxy proxy = TestProxy.before(source.address()).start();
                RawClient client = new RawClient(proxy.port())) {
            long before = DirectMemory.used();
            CompletableFuture.runAsync(() -> {
                while (written.get() < WHOLE) {
                    write(client, ahead);
                }
            });

            assertThat(whenItStalls()).isLessThan(SOCKETS);
            assertThat(DirectMemory.used() - before).isLessThan(OWN);
        }
    }

    private void writeAll(RawClient client) {
        byte[] piece = new byte[PIECE];
        while (written.get() < WHOLE) {
            write(client, piece);
        }
    }

    private void write(RawClient client, byte[] piece) {
        try {
            client.send(piece);
            written.addAndGet(piece.length);
        } catch (java.io.IOException closed) {
            throw new java.io.UncheckedIOException(closed);
        }
    }

    private void writeAll(OutputStream out) throws java.io.IOException {
        byte[] piece = new byte[PIECE];
        while (written.get() < WHOLE) {
            out.write(piece);
            written.addAndGet(piece.length);
        }
    }

    /** How much was written when nothing more is for half a second. */
    private long whenItStalls() throws Exception {
        long[] last = {-1, System.nanoTime()};
        Waiting.until(() -> {
            long now = written.get();
            if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return now > 0 && System.nanoTime() - last[1] > 500_000_000;
        });
        return last[0];
    }
}
