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
import io.sluice.replay.compare.Comparison;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.conduct.WritesSoFar;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cursors at a target that gives another id with every answer, when it is told to; the test is in the place of the task's thread. */
class CursorsTest {

    private static final long HELD = 1 << 20;
    private static final long SECOND = 1_000_000_000;

    private final Semaphore answers = new Semaphore(0);
    private final ExecutorService answering = Executors.newCachedThreadPool();
    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
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
    private ReadSender sender;
    private volatile int status = 200;
    private volatile String hits = "";
    private int ids;
    private long stamp;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::answer);
        server.setExecutor(answering);
        server.start();
        URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        http = RawHttps.open(
                new ClusterAddress(target, new Credentials.None(), TlsSettings.DEFAULT), RawHttpOptions.DEFAULT);
        sender = sender(Limits.DEFAULT, Cursors.Limits.DEFAULT);
    }

    @AfterEach
    void stop() {
        answers.release(100);
        http.close();
        server.stop(0);
        answering.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        arrived.add("%s %s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI(), body));
        if (!exchange.getRequestMethod().equals("DELETE")) {
            answers.acquireUninterruptibly();
        }
        int id = nextId();
        byte[] bytes = "{\"_scroll_id\":\"t%d\",\"pit_id\":\"t%d\",\"hits\":{\"total\":9,\"hits\":[%s]}}"
                .formatted(id, id, hits)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private synchronized int nextId() {
        return ++ids;
    }

    private ReadSender sender(Limits limits, Cursors.Limits ofCursors) {
        ReadJudge judge = new ReadJudge(new Comparison(index -> index), true);
        return new ReadSender(http, judge, limits, ofCursors, thread, (read, compared) -> over.add(compared));
    }

    private void open(Kind kind, String root) {
        open(kind, root, Matter.ALL);
    }

    private void open(Kind kind, String root, Matter matter) {
        due(
                "POST",
                "/open/" + root,
                "",
                new Cursor(kind, Role.OPENS, Cursor.digest(root), null, -1, 60_000, matter, ""));
    }

    private void page(Kind kind, String root) {
        Cursor cursor = new Cursor(kind, Role.GOES_ON, Cursor.digest(root), null, 6, -1, Matter.ALL, "");
        due("POST", "/page/" + root, "{\"id\":}", cursor);
    }

    private void close(Kind kind, String root) {
        Cursor cursor = new Cursor(kind, Role.CLOSES, Cursor.digest(root), null, 6, -1, Matter.STATUS, "");
        due("DELETE", "/close/" + root, "{\"id\":}", cursor);
    }

    private void due(String method, String path, String body, Cursor cursor) {
        stamp += SECOND;
        ByteString answer =
                ByteString.copyFromUtf8("{\"_scroll_id\":\"s\",\"pit_id\":\"s\",\"hits\":{\"total\":9,\"hits\":[]}}");
        Step.Read step = new Step.Read(
                0,
                method,
                path,
                body.isEmpty() ? null : "application/json",
                ByteString.copyFromUtf8(body),
                new ReadAnswer(200, answer),
                5,
                cursor);
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

    private String nextArrived() throws InterruptedException {
        String next = arrived.poll(20, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    private List<String> results() {
        return over.stream()
                .map(compared -> {
                    Answered answered = compared.answered();
                    return answered == null
                            ? compared.ruled().rule()
                            : answered.result().word();
                })
                .toList();
    }

    @Test
    void eachPageWaitsForTheOneBeforeItAndNamesTheIdThatTheTargetGaveLast() throws Exception {
        open(Kind.SCROLL, "a");
        page(Kind.SCROLL, "a");
        page(Kind.SCROLL, "a");
        close(Kind.SCROLL, "a");
        assertThat(nextArrived()).isEqualTo("POST /open/a ");
        assertThat(sender.unsettled()).isEqualTo(4);
        assertThat(arrived.poll(50, TimeUnit.MILLISECONDS))
                .as("before the first answer")
                .isNull();

        answers.release(3);
        untilOver(4);

        assertThat(List.of(nextArrived(), nextArrived(), nextArrived()))
                .containsExactly(
                        "POST /page/a {\"id\":\"t1\"}",
                        "POST /page/a {\"id\":\"t2\"}",
                        "DELETE /close/a {\"id\":\"t3\"}");
        assertThat(results()).containsOnly("equal");
        assertThat(sender.unsettled()).isZero();
    }

    private void async(Role role, String root, String reason) {
        Cursor cursor = new Cursor(Kind.ASYNC_SEARCH, role, Cursor.digest(root), null, -1, -1, Matter.ALL, reason);
        due(role == Role.OPENS ? "POST" : "GET", "/" + role + "/" + root, "", cursor);
    }

    private void asyncUntilOver(Role role, String root) throws Exception {
        int before = over.size();
        async(role, root, role == Role.OPENS ? "async_search_unfinished" : "");
        untilOver(before + 1);
    }

    @Test
    void ofMoreAnswersThanMayBeHeldThoseAreKeptThatWereAskedForLast() throws Exception {
        sender = sender(Limits.DEFAULT, new Cursors.Limits(10, 10, 150, 1)); // of two
        answers.release(10);
        asyncUntilOver(Role.OPENS, "a");
        asyncUntilOver(Role.OPENS, "b");
        asyncUntilOver(Role.GOES_ON, "a");
        asyncUntilOver(Role.OPENS, "c");
        asyncUntilOver(Role.GOES_ON, "a");
        asyncUntilOver(Role.GOES_ON, "b");
        asyncUntilOver(Role.GOES_ON, "c");

        assertThat(results())
                .containsExactly("skipped", "skipped", "equal", "skipped", "equal", "cursor_unknown", "equal");
    }

    @Test
    void theAnswerToAnAsynchronousSearchIsHeldUntilTheSourcesIsThereAndNothingMoreIsSent() throws Exception {
        async(Role.OPENS, "a", "async_search_unfinished");
        async(Role.GOES_ON, "a", "");
        assertThat(nextArrived()).isEqualTo("POST /OPENS/a ");
        answers.release(10);
        untilOver(2);
        hits = "{\"_index\":\"books\",\"_id\":\"1\"}"; // the search is over: what comes later does not count
        async(Role.GOES_ON, "a", "");
        async(Role.CLOSES, "a", "async_search_ended");
        async(Role.GOES_ON, "a", "");
        untilOver(5);

        // Whoever waits behind the end of a search is told before that is.
        assertThat(results()).containsExactly("skipped", "equal", "equal", "cursor_unknown", "skipped");
        assertThat(sender.sent()).isEqualTo(1);
        sender.end();
        assertThat(arrived.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void anAsynchronousSearchThatFailedAtTheTargetIsNotThereForThoseWhoAskLater() throws Exception {
        status = 503;
        answers.release(10);
        async(Role.OPENS, "a", "async_search_unfinished");
        untilOver(1);
        async(Role.GOES_ON, "a", "");
        untilOver(2);

        assertThat(over.get(1).ruled().rule()).isEqualTo("cursor_unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, 240000ms, /books/_search?scroll=, &size=5",
        "0.001, 3600000ms, /books/_search?size=5&scroll=, ''",
        "0.5, 120000ms, /books/_search/point_in_time?keep_alive=, ''"
    })
    void aCursorIsKeptSoMuchLongerAsItIsGoneOnWithMoreSlowly(double speed, String kept, String before, String after)
            throws Exception {
        sender = sender(Limits.DEFAULT, Cursors.Limits.DEFAULT.atSpeed(speed));
        Cursor cursor = new Cursor(Kind.SCROLL, Role.OPENS, Cursor.digest("a"), null, -1, 60_000, Matter.ALL, "");

        due("POST", before + "1m" + after, "", cursor);

        assertThat(nextArrived()).isEqualTo("POST " + before + kept + after + " ");
    }

    @Test
    void atFullSpeedACursorIsKeptAsLongAsTheClientWanted() throws Exception {
        sender = sender(Limits.DEFAULT, Cursors.Limits.DEFAULT.atSpeed(Double.POSITIVE_INFINITY));
        Cursor cursor = new Cursor(Kind.SCROLL, Role.OPENS, Cursor.digest("a"), null, -1, 60_000, Matter.ALL, "");

        due("POST", "/books/_search?scroll=1m", "", cursor);

        assertThat(nextArrived()).isEqualTo("POST /books/_search?scroll=1m ");
    }

    @Test
    void othersDoNotWait() throws Exception {
        open(Kind.SCROLL, "a");
        page(Kind.SCROLL, "a");
        open(Kind.POINT_IN_TIME, "b");
        assertThat(List.of(nextArrived(), nextArrived())).containsExactlyInAnyOrder("POST /open/a ", "POST /open/b ");
    }

    @Test
    void whatIsOfNoCursorThatIsOpenIsSkippedAndNamed() throws Exception {
        answers.release(1);
        page(Kind.SCROLL, "a");
        close(Kind.POINT_IN_TIME, "b");
        open(Kind.SCROLL, "c");
        close(Kind.SCROLL, "c");
        untilOver(4);
        page(Kind.SCROLL, "c");

        assertThat(results()).containsExactly("cursor_unknown", "cursor_unknown", "equal", "equal", "cursor_unknown");
    }

    @Test
    void aScrollThatTheTargetDoesNotKnowAnyMoreIsUnknown() throws Exception {
        answers.release(1);
        open(Kind.SCROLL, "a");
        untilOver(1);
        status = 404;
        answers.release(1);
        page(Kind.SCROLL, "a");
        page(Kind.SCROLL, "a");
        untilOver(3);

        assertThat(results()).containsExactly("equal", "cursor_unknown", "cursor_unknown");
        assertThat(arrived).as("what is gone is not closed").hasSize(2);
    }

    @Test
    void afterAPageThatFailedAScrollIsClosedAndAPointInTimeIsNot() throws Exception {
        answers.release(2);
        open(Kind.SCROLL, "a");
        open(Kind.POINT_IN_TIME, "b");
        untilOver(2);
        arrived.clear();
        status = 503;
        answers.release(2);
        page(Kind.SCROLL, "a");
        page(Kind.SCROLL, "a");
        untilOver(4);
        page(Kind.POINT_IN_TIME, "b");
        untilOver(5);
        status = 200;
        answers.release(1);
        page(Kind.POINT_IN_TIME, "b");
        untilOver(6);

        assertThat(results())
                .containsExactly("equal", "equal", "cursor_unknown", "target_failed", "target_failed", "equal");
        assertThat(arrived).anyMatch(request -> request.startsWith("DELETE /_search/scroll {\"scroll_id\":[\"t"));
        assertThat(arrived).noneMatch(request -> request.startsWith("DELETE /_search/point_in_time"));
    }

    @Test
    void aPageThatIsShedEndsItsScroll() throws Exception {
        sender = sender(new Limits(1, 100, 3_000, 60_000), new Cursors.Limits(10, 1, HELD, 1));
        open(Kind.SCROLL, "a");
        page(Kind.SCROLL, "a");
        page(Kind.SCROLL, "a"); // only one may wait
        assertThat(results()).containsExactly("reads_shed");
        page(Kind.SCROLL, "a");
        assertThat(results()).containsExactly("reads_shed", "cursor_unknown");
        answers.release(10);
        untilOver(4);

        assertThat(results()).containsExactly("reads_shed", "cursor_unknown", "cursor_unknown", "equal");
        assertThat(List.of(nextArrived(), nextArrived()))
                .containsExactly("POST /open/a ", "DELETE /_search/scroll {\"scroll_id\":[\"t1\"]}");
        assertThat(sender.unsettled()).isZero();
    }

    @Test
    void ofMoreThanMayBeOpenTheOneThatWasNotUsedForLongestIsClosed() throws Exception {
        sender = sender(Limits.DEFAULT, new Cursors.Limits(2, 10, HELD, 1));
        answers.release(4);
        open(Kind.SCROLL, "a");
        untilOver(1);
        open(Kind.POINT_IN_TIME, "b");
        untilOver(2);
        page(Kind.SCROLL, "a");
        untilOver(3);
        arrived.clear();
        open(Kind.SCROLL, "c");
        untilOver(4);

        assertThat(List.of(nextArrived(), nextArrived()))
                .containsExactlyInAnyOrder("DELETE /_search/point_in_time {\"pit_id\":[\"t2\"]}", "POST /open/c ");
        page(Kind.POINT_IN_TIME, "b");
        assertThat(results()).endsWith("cursor_unknown");
    }

    @Test
    void whatTheClientLeftOpenIsForgottenInTime() throws Exception {
        answers.release(1);
        Cursor brief = new Cursor(Kind.SCROLL, Role.OPENS, Cursor.digest("a"), null, -1, 0, Matter.ALL, "");
        due("POST", "/open/a", "", brief);
        untilOver(1);
        long began = System.nanoTime();
        while (System.nanoTime() - began < 2_000_000) {
            Thread.onSpinWait();
        }
        page(Kind.SCROLL, "a");
        assertThat(results()).containsExactly("equal", "cursor_unknown");
        assertThat(arrived).containsExactly("POST /open/a ");
    }

    @Test
    void whatNobodyCanGoOnWithIsClosedAtOnceAndAllElseAtTheEnd() throws Exception {
        answers.release(3);
        due("POST", "/open/a", "", new Cursor(Kind.SCROLL, Role.OPENS, null, null, -1, 60_000, Matter.ALL, ""));
        untilOver(1);
        assertThat(List.of(nextArrived(), nextArrived()))
                .containsExactly("POST /open/a ", "DELETE /_search/scroll {\"scroll_id\":[\"t1\"]}");
        open(Kind.SCROLL, "b");
        open(Kind.POINT_IN_TIME, "c");
        untilOver(3);
        arrived.clear();
        sender.end();

        assertThat(arrived)
                .hasSize(2)
                .anyMatch(request -> request.startsWith("DELETE /_search/scroll {"))
                .anyMatch(request -> request.startsWith("DELETE /_search/point_in_time {"));
    }

    @Test
    void pagesSeeAndAreComparedAsWhatOpenedTheirCursor() throws Exception {
        hits = "{\"_index\":\"books\",\"_id\":\"1\"}";
        sender.told(new WritesSoFar(3600 * SECOND, 0));
        answers.release(4);
        open(Kind.SCROLL, "a", Matter.NUMBER_OF_HITS);
        untilOver(1);
        sender.told(new WritesSoFar(0, 0)); // what is open does not see what is not confirmed now
        page(Kind.SCROLL, "a");
        untilOver(2);
        open(Kind.SCROLL, "b", Matter.STATUS);
        untilOver(3);
        sender.told(new WritesSoFar(3600 * SECOND, 0));
        page(Kind.SCROLL, "b");
        untilOver(4);

        assertThat(results()).containsExactly("different", "different", "equal", "equal");
        assertThat(over.get(1).answered())
                .satisfies(answered -> assertThat(String.valueOf(answered)).contains("hits.length"));
        assertThat(over.get(3).answered())
                .satisfies(answered -> assertThat(String.valueOf(answered)).contains("sawUnfinishedWrites=true"));
    }

    @Test
    void anAnswerThatCannotBeComparedIsFollowed() throws Exception {
        answers.release(2);
        open(Kind.SCROLL, "a");
        untilOver(1);
        due(
                "POST",
                "/page/a",
                "{\"id\":}",
                new Cursor(
                        Kind.SCROLL,
                        Role.GOES_ON,
                        Cursor.digest("a"),
                        null,
                        6,
                        -1,
                        Matter.ALL,
                        "read_answer_not_held"));
        untilOver(2);
        close(Kind.SCROLL, "a");
        untilOver(3);

        assertThat(over.get(1).ruled().rule()).isEqualTo("read_answer_not_held");
        assertThat(results()).endsWith("equal");
    }
}
