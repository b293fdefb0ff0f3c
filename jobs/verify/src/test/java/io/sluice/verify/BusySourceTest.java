package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.java.tuple.Tuple2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that has too much to do says so with a 429. */
class BusySourceTest {

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
        RawHttpOptions options = RawHttpOptions.DEFAULT.withMaxConnections(2);
        List<Tuple2<String, byte[]>> given = new ArrayList<>();
        try (RawHttp toSource = RawHttps.open(spec.source(), options);
                RawHttp toTarget = RawHttps.open(spec.target(), options)) {
            PartReading reading = new PartReading(spec.parts().get(0), spec, toSource, toTarget, new Shapes(spec), 0);
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
}
