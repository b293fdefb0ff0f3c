package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.ExchangeRecorder;
import io.sluice.capture.Recorder;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.Secret;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.LoadTarget.Arrived;
import io.sluice.replay.rewrite.WholeRequests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests as they were captured, as fast as the target takes them. */
class LoadIT {

    private static final int CLIENTS = 8;
    private static final int REQUESTS = 150;

    /** How many exchanges are rewritten before a crash; below 0: there is none. */
    private static final AtomicInteger BEFORE_CRASH = new AtomicInteger(-1);

    @TempDir
    private Path folder;

    /** Requests as they are, and a crash of the whole job when it is ordered. */
    private record Crashing(int copies) implements Rewriting.Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            WholeRequests whole = new WholeRequests(copies);
            return exchange -> {
                if (BEFORE_CRASH.getAndUpdate(left -> left < 0 ? left : left - 1) == 0) {
                    throw new AssertionError("a crash that the test ordered");
                }
                return whole.rewrite(exchange);
            };
        }

        @Override
        public boolean isLoad() {
            return true;
        }
    }

    @Test
    void eachConnectionsRequestsArriveAsTheyWereOneAfterTheOther() throws Exception {
        try (CaptureKafka kafka = CaptureKafka.start(folder);
                LoadTarget target = LoadTarget.start();
                Recorder recorder = kafka.recorder()) {
            record(recorder, REQUESTS);
            ClusterAddress tested = new ClusterAddress(
                    target.endpoint(), new Credentials.Basic("load", new Secret("secret")), TlsSettings.DEFAULT);
            ReplaySpec spec = kafka.spec(Rewriting.load(1), tested, tested, Double.POSITIVE_INFINITY);
            try (RunningReplay replay = RunningReplay.start(spec, kafka.state(), 2)) {
                JsonNode status = replay.await(now -> settled(now) == CLIENTS * REQUESTS);

                assertThat(status.at("/exchanges/applied").asInt()).isEqualTo(CLIENTS * REQUESTS);
            }
            for (int client = 0; client < CLIENTS; client++) {
                List<Arrived> arrived = target.of("client" + client);
                assertThat(arrived).extracting(Arrived::number).isEqualTo(numbers());
                arrived.forEach(LoadIT::isAsCaptured);
            }
            assertThat(target.mostAtOnce()).isEqualTo(1);
        }
    }

    @Test
    void everyCopyComesAndAfterACrashNothingIsLeftOutOrSwapped() throws Exception {
        try (CaptureKafka kafka = CaptureKafka.start(folder);
                LoadTarget target = LoadTarget.start();
                Recorder recorder = kafka.recorder()) {
            BEFORE_CRASH.set(CLIENTS * REQUESTS / 2);
            try (RunningReplay replay = RunningReplay.start(
                    kafka.spec(new Crashing(1), target.endpoint(), Double.POSITIVE_INFINITY), kafka.state(), 2)) {
                record(recorder, REQUESTS);
                replay.await(now -> settled(now) == CLIENTS * REQUESTS);
            }
            assertThat(BEFORE_CRASH).as("no crash came").hasValue(-1);
            for (int client = 0; client < CLIENTS; client++) {
                Set<Integer> firstTimes = new HashSet<>();
                List<Integer> order = target.of("client" + client).stream()
                        .map(Arrived::number)
                        .filter(firstTimes::add)
                        .toList();
                assertThat(order).isEqualTo(numbers());
            }
            int before = allOf(target);
            try (RunningReplay replay = RunningReplay.start(
                    kafka.spec(Rewriting.load(3), target.endpoint(), Double.POSITIVE_INFINITY), kafka.state(), 2)) {
                JsonNode done = replay.await(now -> now.path("done").asBoolean());
                assertThat(done.at("/items/applied").asInt()).isEqualTo(3 * CLIENTS * REQUESTS);
            }
            assertThat(target.all() - before)
                    .as("besides: %s", target.of("nobody"))
                    .isEqualTo(3 * CLIENTS * REQUESTS);
        } finally {
            BEFORE_CRASH.set(-1);
        }
    }

    /** How many requests arrived, when no more come: some of a job that was ended may still be on their way. */
    private static int allOf(LoadTarget target) {
        int last = -1;
        while (last != target.all()) {
            last = target.all();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
        return last;
    }

    private static int settled(JsonNode status) {
        return status.at("/exchanges/captured").asInt()
                - status.at("/exchanges/held").asInt();
    }

    private static List<Integer> numbers() {
        return IntStream.rangeClosed(1, REQUESTS).boxed().toList();
    }

    private static void isAsCaptured(Arrived arrived) {
        boolean isSearch = arrived.number() % 3 == 0;
        assertThat(arrived.line()).isEqualTo(line(arrived.number()));
        assertThat(arrived.body()).isEqualTo(isSearch ? "" : "{\"number\":%d}".formatted(arrived.number()));
        assertThat(arrived.headers())
                .containsEntry("Authorization", "Basic bG9hZDpzZWNyZXQ=")
                .containsEntry("X-client-name", "cafe")
                .doesNotContainKey("Cookie");
        if (!isSearch) {
            assertThat(arrived.headers()).containsEntry("Content-type", "application/json");
        }
    }

    private static String line(int number) {
        return number % 3 == 0 ? "GET /books/_search?q=a%20b" : "PUT /books/_doc/%d?refresh=true".formatted(number);
    }

    /** What clients sent, a request of each in turn. */
    private static void record(Recorder recorder, int requests) {
        List<ConnectionRecorder> connections = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            connections.add(recorder.connection("127.0.0.1:" + client));
        }
        for (int number = 1; number <= requests; number++) {
            for (int client = 0; client < CLIENTS; client++) {
                record(connections.get(client), client, number);
            }
        }
        connections.forEach(ConnectionRecorder::close);
    }

    private static void record(ConnectionRecorder connection, int client, int number) {
        boolean isSearch = number % 3 == 0;
        String body = isSearch ? "" : "{\"number\":%d}".formatted(number);
        ExchangeRecorder exchange = connection.exchange(!isSearch, false);
        String head = line(number) + " HTTP/1.1\r\nHost: source\r\nAuthorization: <redacted>\r\nCookie: a=b\r\n"
                + "X-Client-Name: cafe\r\nX-Opaque-Id: client%d/%d\r\n".formatted(client, number)
                + (isSearch ? "" : "Content-Type: application/vnd.elasticsearch+json; compatible-with=7\r\n")
                + "Content-Length: %d\r\nConnection: keep-alive\r\n\r\n".formatted(body.length());
        exchange.request(bytes(head), bytes(body), true);
        exchange.answer(bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"), bytes("{}"), true);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
