package io.sluice.replay.conduct;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.names.NameEffects;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the source is looked at, and what is kept of it; the source says what a test wants, and may take its time. */
class NamesLookTest {

    private static final NameEffects KNOWN = new NameEffects(Set.of("old"), Set.of(), Map.of());
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND); // that clock may overflow
    private final AtomicInteger looks = new AtomicInteger();
    private volatile String routed = "old";
    private volatile boolean fails;
    private volatile long takesNanos;
    private HttpServer server;
    private NamesLook look;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI source = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        look = new NamesLook(
                new ClusterAddress(source, new Credentials.None(), TlsSettings.DEFAULT), KNOWN, nanos::get);
    }

    @AfterEach
    void stop() {
        look.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean isFirst = exchange.getRequestURI().getPath().equals("/_alias");
        if (isFirst) {
            looks.incrementAndGet();
            nanos.addAndGet(takesNanos);
        }
        String answer =
                isFirst ? "{\"books\":{\"aliases\":{\"%s\":{\"index_routing\":\"1\"}}}}".formatted(routed) : "{}";
        byte[] bytes = answer.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(fails ? 503 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private NameEffects after(long nanosLater) {
        nanos.addAndGet(nanosLater);
        return look.look();
    }

    @Test
    void itIsLookedEveryTenSecondsAndWhatWasSeenIsKept() {
        assertThat(after(0).routed()).isEmpty();
        assertThat(looks).hasValue(1);

        routed = "late";
        assertThat(after(9 * SECOND).routed()).isEmpty();
        assertThat(after(SECOND).routed()).containsExactly("late");

        routed = "other";
        assertThat(after(10 * SECOND).routed()).containsExactlyInAnyOrder("late", "other");
        assertThat(after(SECOND)).isEqualTo(after(0));
        assertThat(looks).hasValue(3);
    }

    @Test
    void aSourceThatTakesLongIsLookedAtLessOften() {
        takesNanos = SECOND;
        after(0);
        assertThat(looks).hasValue(1);

        after(99 * SECOND);
        assertThat(looks).hasValue(1);
        after(SECOND);
        assertThat(looks).hasValue(2);
    }

    @Test
    void aLookThatFailsIsTriedAgainAndForgetsNothing() {
        routed = "late";
        after(0);
        fails = true;
        assertThat(after(10 * SECOND).routed()).containsExactly("late");
        fails = false;
        routed = "other";
        assertThat(after(10 * SECOND).routed()).containsExactlyInAnyOrder("late", "other");
    }
}
