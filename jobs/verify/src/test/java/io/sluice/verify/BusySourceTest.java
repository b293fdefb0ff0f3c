package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.transform.DocumentRules;
import io.sluice.verify.AnsweringServer.Answer;
import io.sluice.verify.AnsweringServer.Asked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that has too much to do says so with a 429. */
class BusySourceTest {

    private static final int MOST_BYTES = 1_000;
    private static final Answer FORBIDDEN = new Answer(403, "{\"error\":{\"type\":\"security_exception\"}}");

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Pages of two documents. */
    private static final String FIRST =
            page("{\"_index\":\"books\",\"_id\":\"1\",\"_version\":1,\"_seq_no\":0,\"_source\":{\"a\":1}},"
                    + "{\"_index\":\"books\",\"_id\":\"2\",\"_version\":1,\"_seq_no\":1,\"_source\":{\"a\":2}}");

    private static final String SECOND =
            page("{\"_index\":\"books\",\"_id\":\"3\",\"_version\":1,\"_seq_no\":2,\"_source\":{\"a\":3}}");

    private static final String END = page("");

    @TempDir
    private Path folder;

    private static String page(String hits) {
        return "{\"_scroll_id\":\"SCROLL\",\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[%s]}}"
                .formatted(hits);
    }

    /** Answers with a 429 at these requests for documents, counted from 1 over all attempts; else with the next page. */
    private static final class Pages implements AnsweringServer.Answers {
        private final List<Integer> busyAt;
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger page = new AtomicInteger();

        Pages(Integer... busyAt) {
            this.busyAt = List.of(busyAt);
        }

        @Override
        public Answer to(Asked asked) {
            if (!asked.is("_search") || asked.method().equals("DELETE")) {
                return Answer.of("{}");
            }
            if (asked.is("/books/_search")) {
                page.set(0);
                opened.incrementAndGet();
            } else if (!asked.body().contains("\"" + scroll() + "\"")) {
                return Answer.of(END); // of a scroll that nobody wants any more
            }
            if (busyAt.contains(requests.incrementAndGet())) {
                return Answer.busy();
            }
            return Answer.of(
                    List.of(FIRST, SECOND, END).get(page.getAndIncrement()).replace("SCROLL", scroll()));
        }

        private String scroll() {
            return "scroll-" + opened;
        }
    }

    private List<Tuple2<String, byte[]>> read(AnsweringServer source, AnsweringServer target) throws Exception {
        VerifySpec spec = VerifySpecs.of(source.address(), target.address(), folder, false, DocumentRules.NONE);
        return read(spec, spec.parts().get(0), System::nanoTime);
    }

    private static List<Tuple2<String, byte[]>> read(VerifySpec spec, Part part, LongSupplier nanoTime)
            throws Exception {
        RawHttpOptions options = RawHttpOptions.DEFAULT.withMaxConnections(2).withMaxAnswerBytes(MOST_BYTES);
        List<Tuple2<String, byte[]>> given = new ArrayList<>();
        try (RawHttp toSource = RawHttps.open(VerifySpecs.living(spec), options);
                RawHttp toTarget = RawHttps.open(spec.target(), options)) {
            PartReading reading = new PartReading(
                    part, spec, new LivingSide(toSource, spec.plan()), toTarget, new Shapes(spec), 0, nanoTime);
            while (!reading.isOver()) {
                given.addAll(reading.advance(() -> false));
            }
            reading.close();
        }
        return given;
    }

    private static String tally(List<Tuple2<String, byte[]>> given) throws IOException {
        assertThat(given.stream().map(one -> one.f0).toList()).containsExactly(""); // all documents matched
        return new String(given.get(0).f1, StandardCharsets.UTF_8);
    }

    @Test
    void itIsAskedAgainAfterPausesAndNothingIsMissed() throws Exception {
        try (AnsweringServer source = new AnsweringServer(new Pages(1, 2));
                AnsweringServer target = new AnsweringServer(new Pages())) {
            assertThat(tally(read(source, target))).contains("\"source\":3,\"target\":3");

            assertThat(pausesBetween(source.asked("/books/_search"))).hasSize(2);
        }
    }

    /** As while its analysis is changed. When all is read it looks as if it had been open all the time. */
    @Test
    void anIndexThatIsClosedForAMomentIsReadWhenItIsOpenAgain() throws Exception {
        Pages pages = new Pages();
        AtomicInteger refreshes = new AtomicInteger();
        AnsweringServer.Answers closedAtFirst = asked -> asked.is("_refresh") && refreshes.incrementAndGet() == 1
                ? new Answer(400, "{\"error\":{\"type\":\"index_closed_exception\",\"reason\":\"closed\"}}")
                : pages.to(asked);
        try (AnsweringServer source = new AnsweringServer(closedAtFirst);
                AnsweringServer target = new AnsweringServer(new Pages())) {
            assertThat(tally(read(source, target))).contains("\"source\":3,\"target\":3");
        }
    }

    private static List<Long> pausesBetween(List<Asked> asked) {
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < asked.size(); i++) {
            pauses.add(asked.get(i).nanos() - asked.get(i - 1).nanos());
        }
        assertThat(pauses).allMatch(pause -> pause >= SHORTEST_PAUSE_NANOS);
        return pauses;
    }

    /** Whether the page that was refused counts as given, no server says. */
    @Test
    void aScrollThatIsRefusedInItsMiddleIsBegunAnewAndNothingCountsTwice() throws Exception {
        try (AnsweringServer source = new AnsweringServer(new Pages(2));
                AnsweringServer target = new AnsweringServer(new Pages())) {
            assertThat(tally(read(source, target))).contains("\"source\":3,\"target\":3");

            assertThat(pausesBetween(source.asked("/books/_search"))).hasSize(1);
        }
    }

    @Test
    void aRefreshThatDidNotReachAllShardsIsAskedForAgain() throws Exception {
        Pages pages = new Pages();
        AtomicInteger refreshes = new AtomicInteger();
        try (AnsweringServer source =
                        new AnsweringServer(asked -> asked.is("_refresh") && refreshes.getAndIncrement() == 0
                                ? Answer.of("{\"_shards\":{\"total\":2,\"failed\":1}}")
                                : pages.to(asked));
                AnsweringServer target = new AnsweringServer(new Pages())) {
            assertThat(tally(read(source, target))).contains("\"source\":3,\"target\":3");

            assertThat(source.asked("_refresh")).hasSize(2);
        }
    }

    @Test
    void aRefreshThatIsForbiddenEndsTheJobAtOnce() throws Exception {
        Pages pages = new Pages();
        try (AnsweringServer source = new AnsweringServer(asked -> asked.is("_refresh") ? FORBIDDEN : pages.to(asked));
                AnsweringServer target = new AnsweringServer(new Pages())) {
            assertThatThrownBy(() -> read(source, target)).isInstanceOf(SuppressRestartsException.class);

            assertThat(source.asked("_refresh")).hasSize(1);
            assertThat(source.asked("_search")).isEmpty();
        }
    }

    @Test
    void soDoesASearchThatIsForbidden() throws Exception {
        try (AnsweringServer source = new AnsweringServer(asked -> asked.is("_search") ? FORBIDDEN : Answer.of("{}"));
                AnsweringServer target = new AnsweringServer(new Pages())) {
            assertThatThrownBy(() -> read(source, target))
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseMessage("the source was asked for documents and answered 403 security_exception: ");

            assertThat(source.asked("_search")).hasSize(1);
        }
    }

    @Test
    void pagesThatAreTooLongAreHalved() throws Exception {
        Pages pages = new Pages();
        try (AnsweringServer source = new AnsweringServer(asked ->
                        asked.body().contains("\"size\":2") ? Answer.of(" ".repeat(MOST_BYTES + 1)) : pages.to(asked));
                AnsweringServer target = new AnsweringServer(new Pages())) {
            assertThat(tally(read(source, target))).contains("\"source\":3,\"target\":3");

            assertThat(source.asked("/books/_search")).hasSize(2);
        }
    }

    /** Gives so many pages, and notes each request for one. */
    private static AnsweringServer.Answers noting(List<String> requests, String name, int pages) {
        AtomicInteger given = new AtomicInteger();
        return asked -> {
            if (!asked.is("_search") || asked.method().equals("DELETE")) {
                return Answer.of("{}");
            }
            requests.add(name);
            return Answer.of(given.getAndIncrement() < pages ? FIRST : END);
        };
    }

    /** The side that is ahead waits for the other, and meanwhile its cluster must not forget what it was asked. */
    @Test
    void aCursorIsReadOnBeforeItsClusterForgetsIt() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        AtomicLong nanos = new AtomicLong();
        try (AnsweringServer source = new AnsweringServer(noting(requests, "source", 30));
                AnsweringServer target = new AnsweringServer(noting(requests, "target", 2))) {
            VerifySpec spec = VerifySpecs.of(source.address(), target.address(), folder, false, DocumentRules.NONE);
            Part all = spec.parts().get(0);
            // With its first page the target is ahead of the source until that is at its end.
            Part part = new Part(0, all.source(), all.target(), 1_000, 2);
            read(spec, part, () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(20)));
        }

        assertThat(requests).filteredOn("target"::equals).hasSize(3);
        assertThat(requests.lastIndexOf("target")).isLessThan(requests.lastIndexOf("source"));
    }
}
