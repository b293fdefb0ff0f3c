package io.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.proxy.answer.SourceCalls.Call;
import io.sluice.proxy.answer.SourceCalls.Reply;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a real server answers under a filter, against what this filter leaves of its whole answer, byte by byte. */
class ServerFilterIT {

    private static final Logger LOG = LoggerFactory.getLogger(ServerFilterIT.class);

    /** Of all writes under all filters, each that is tried: every one takes a second. */
    private static final int STEP = Boolean.getBoolean("sluice.long") ? 1 : 11;

    static Stream<Distribution> usual() {
        return Stream.of(Distributions.ES_7_10_2, Distributions.OS_2_19_6);
    }

    static Stream<Distribution> others() {
        return Distributions.all().stream().filter(each -> usual().noneMatch(each::equals));
    }

    @ParameterizedTest
    @MethodSource("usual")
    void leavesWhatTheServerWouldLeave(Distribution distribution) throws IOException {
        URI endpoint = SharedServers.of(distribution).endpoint();
        Servers.wipe(endpoint);

        compareAll(new SourceCalls(endpoint), distribution);
        compareSmile(new SourceCalls(endpoint));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("others")
    void leavesWhatServersOfOtherVersionsWouldLeave(Distribution distribution) throws IOException {
        assumeThat(distribution.obstacle()).isEmpty();

        leavesWhatTheServerWouldLeave(distribution);
    }

    private static void compareAll(SourceCalls source, Distribution distribution) throws IOException {
        int number = 0;
        int compared = 0;
        int filtered = 0;
        for (WriteExchange exchange : WriteExchange.all(distribution.hasTypes())) {
            for (String filterPath : exchange.filterPaths()) {
                if (number % STEP == 0) {
                    filtered += compare(source, exchange, filterPath, number % 2 == 0, number % 3 == 0) ? 1 : 0;
                    compared++;
                }
                number++;
            }
        }
        LOG.info("{}: {} answers compared, {} of them changed by their filter.", distribution, compared, filtered);
        assertThat(filtered).isGreaterThan(compared / 2);
    }

    /** Whether the server's filter took anything away. */
    private static boolean compare(
            SourceCalls source, WriteExchange exchange, String filterPath, boolean pretty, boolean zipped)
            throws IOException {
        Call call = pretty ? exchange.call().with("pretty") : exchange.call();
        String coding = zipped ? "gzip" : "identity";

        source.sendAll(exchange.before());
        Reply all = source.send(call, "Accept-Encoding", coding);
        source.sendAll(exchange.before());
        Reply filtered = source.send(call.with("filter_path=" + filterPath), "Accept-Encoding", coding);

        String theirs = WriteExchange.steady(filtered.text());
        assertThat(WriteExchange.steady(filter(all, filterPath).text()))
                .as("%s under %s of %s", call, filterPath, all.text())
                .isEqualTo(theirs);
        return !theirs.equals(WriteExchange.steady(all.text()));
    }

    /** Bytes that hold numbers cannot be made alike, so each answer is one to a first write. */
    private static void compareSmile(SourceCalls source) throws IOException {
        String path = "/smile/_doc/";
        List<Call> calls = List.of(
                new Call("PUT", path + "1", "{\"a\":1}"),
                new Call("PUT", path + "%F0%9F%98%80%C3%A9", "{\"a\":1}"),
                new Call("PUT", "/smile"),
                new Call("DELETE", path + "none"),
                new Call("POST", "/smile/_close"));
        List<Call> before = List.of(new Call("DELETE", "/smile"));
        for (Call call : calls) {
            for (String filterPath :
                    List.of("result", "_index,_id,_shards", "-_shards", "nothing", "**.total", "acknowledged")) {
                source.sendAll(before);
                Reply all = source.send(call, "Accept", "application/smile");
                source.sendAll(before);
                Reply filtered = source.send(call.with("filter_path=" + filterPath), "Accept", "application/smile");

                assertThat(filter(all, filterPath).body())
                        .as("%s under %s", call, filterPath)
                        .isEqualTo(filtered.body());
            }
        }
    }

    private static Reply filter(Reply all, String filterPath) throws IOException {
        CollectedAnswer client = new CollectedAnswer();
        AskedAnswer asked = new AskedAnswer(FilterPaths.parse(filterPath).orElseThrow());
        try (AnswerFilter filter =
                asked.filter(all.status(), all.headers(), client).orElseThrow()) {
            filter.append(ByteBuffer.wrap(all.body()));
            filter.end();
        }
        return new Reply(all.status(), all.headers(), client.body());
    }
}
