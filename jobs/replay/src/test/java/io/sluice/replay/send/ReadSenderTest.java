package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.account.AccountRecord.Compared;
import io.sluice.replay.account.Answered;
import io.sluice.replay.account.Result;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.compare.Comparison;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.conduct.WritesSoFar;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.send.ReadSender.Limits;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads against a target that answers when it is told to, with the test in the place of the task's thread. */
class ReadSenderTest {

    private static final long SECOND = 1_000_000_000;
    private static final String SECRET = "{\"n\":2,\"password\":\"hush\"}";

    private final Semaphore answers = new Semaphore(0);
    private final ExecutorService answering = Executors.newCachedThreadPool();
    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final List<Compared> over = new ArrayList<>();
    private final TaskThread thread = new TaskThread() {
        @Override
        public void run(Runnable task) {
            work.add(task);
        }

        @Override
        public void later(long millis, Runnable task) {
            work.add(task);
        }

        @Override
        public long millis() {
            return 0;
        }
    };

    private HttpServer server;
    private RawHttp http;
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::answer);
        server.setExecutor(answering);
        server.start();
        http = open("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        answers.release(100);
        http.close();
        server.stop(0);
        answering.shutdownNow();
    }

    private static RawHttp open(String target) throws IOException {
        return RawHttps.open(
                new ClusterAddress(URI.create(target), new Credentials.None(), TlsSettings.DEFAULT),
                RawHttpOptions.DEFAULT);
    }

    private void answer(HttpExchange exchange) throws IOException {
        answers.acquireUninterruptibly();
        byte[] body = SECRET.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private ReadSender sender(Limits limits) {
        return sender(http, limits);
    }

    private ReadSender sender(RawHttp to, Limits limits) {
        ReadJudge judge = new ReadJudge(new Comparison(index -> index), true);
        return new ReadSender(to, judge, limits, thread, (read, compared) -> over.add(compared));
    }

    private static void due(ReadSender sender, long stamp, String answer) {
        ByteString body = ByteString.copyFromUtf8(answer);
        Step.Read step = new Step.Read(
                0, "GET", "/books/_doc/1?token=hush", null, ByteString.EMPTY, new ReadAnswer(200, body), 5);
        ExchangeRef ref = new ExchangeRef(0, stamp, new UUID(1, 1), 1, stamp);
        sender.due(new Pending(new StepItem(ref, step), 0), step, false);
    }

    private void untilOver(int reads) throws InterruptedException {
        while (over.size() < reads) {
            Runnable next = work.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("%s, and nothing more to do", over).isNotNull();
            next.run();
        }
    }

    private List<String> rules() {
        return over.stream().map(compared -> compared.ruled().rule()).toList();
    }

    private static @Nullable Result result(Compared compared) {
        Answered answered = compared.answered();
        return answered == null ? null : answered.result();
    }

    @Test
    void whatTheTargetDoesNotKeepUpWithIsShedAtOnceAndTheRestIsDone() throws Exception {
        ReadSender sender = sender(new Limits(2, 3, 1 << 20, 60_000));
        for (int i = 1; i <= 9; i++) {
            due(sender, i, SECRET);
        }
        assertThat(over).extracting(compared -> compared.exchange().stamp()).containsExactly(6L, 7L, 8L, 9L);
        assertThat(rules()).containsOnly("reads_shed");
        assertThat(sender.unsettled()).isEqualTo(5);

        answers.release(5);
        untilOver(9);

        assertThat(over)
                .filteredOn(compared -> compared.ruled().verdict() == Verdict.APPLIED)
                .hasSize(5);
        assertThat(sender.unsettled()).isZero();
        assertThat(sender.sent()).isEqualTo(5);
    }

    @Test
    void bytesAreBoundedToo() {
        ReadSender sender = sender(new Limits(1, 100, 5_000, 60_000));
        for (int i = 1; i <= 5; i++) {
            due(sender, i, "x".repeat(2_000));
        }
        assertThat(rules()).containsExactly("reads_shed", "reads_shed"); // one is under way, and two wait
    }

    @Test
    void whatHasWaitedTooLongIsNotSentAnyMore() throws Exception {
        ReadSender sender = sender(new Limits(1, 100, 1 << 20, -1));
        due(sender, 1, SECRET);
        assertThat(rules()).containsExactly("reads_shed");
        assertThat(sender.sent()).isZero();
    }

    @Test
    void aDifferenceCountsOnlyIfNoWriteCanHaveBeenMissed() throws Exception {
        ReadSender sender = sender(Limits.DEFAULT);
        answers.release(10);
        due(sender, 5 * SECOND, "{\"n\":1}");
        untilOver(1);
        sender.told(new WritesSoFar(6 * SECOND, 3 * SECOND));
        due(sender, 5 * SECOND, "{\"n\":1}");
        untilOver(2);
        sender.told(new WritesSoFar(6 * SECOND, 9 * SECOND / 2)); // less than a refresh ago
        due(sender, 5 * SECOND, "{\"n\":1}");
        untilOver(3);
        sender.told(new WritesSoFar(4 * SECOND, 3 * SECOND));
        due(sender, 5 * SECOND, "{\"n\":1}");
        due(sender, 5 * SECOND, SECRET);
        untilOver(5);

        assertThat(over.stream().map(ReadSenderTest::result).toList())
                .containsExactlyInAnyOrder(
                        Result.SAW_UNFINISHED_WRITES,
                        Result.DIFFERENT,
                        Result.SAW_UNFINISHED_WRITES,
                        Result.SAW_UNFINISHED_WRITES,
                        Result.EQUAL);
        assertThat(result(over.get(1))).isEqualTo(Result.DIFFERENT);
    }

    @Test
    void aTargetThatFailsFailsTheReadAndNoSecretIsKept() throws Exception {
        status = 503;
        answers.release(1);
        due(sender(Limits.DEFAULT), 1, "{\"token\":\"hush\"}");
        untilOver(1);

        assertThat(result(over.get(0))).isEqualTo(Result.TARGET_FAILED);
        assertThat(rules()).containsExactly("read_failed_at_target");
        assertThat(over.get(0).toString()).contains("***").doesNotContain("hush");
    }

    @Test
    void aReadWithoutAnAnswerIsSentOnceMoreAndNotAgain() throws Exception {
        try (RawHttp nowhere = open("http://127.0.0.1:1")) {
            ReadSender sender = sender(nowhere, Limits.DEFAULT);
            due(sender, 1, SECRET);
            untilOver(1);

            assertThat(sender.sent()).isEqualTo(2);
            assertThat(result(over.get(0))).isEqualTo(Result.TARGET_FAILED);
            assertThat(sender.unsettled()).isZero();
        }
    }
}
