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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    private static final List<String> FILTERS = List.of(
            "errors",
            "errors,items.*.error,items.*.status",
            "items.*.error.type,items.*._id",
            "items",
            "items.index",
            "-items.*._shards,-took",
            "-items.index",
            "items.*.error,-**.index",
            "i*s.*._i*",
            "-items.*.error.*",
            "result",
            "_id,_version,result",
            "-_seq_no,-_primary_term",
            "_shards.total",
            "_shards,-_shards.total",
            "-**.failed",
            "**._id",
            "**.reason",
            "**.**",
            "get._source",
            "get._source.b*,result",
            "failures",
            "failures.*.type,total",
            "-failures.cause,-retries.*",
            "-failures.x",
            "retries,*_millis,requests_per_second",
            "acknowledged",
            "*_index,rolled_over",
            "-conditions,-acknowledged",
            "task",
            "nothing",
            "nothing,result.x",
            "-*",
            "*");

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
        compareSmile(new SourceCalls(endpoint), distribution);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("others")
    void leavesWhatServersOfOtherVersionsWouldLeave(Distribution distribution) throws IOException {
        assumeThat(distribution.obstacle()).isEmpty();

        leavesWhatTheServerWouldLeave(distribution);
    }

    private static void compareAll(SourceCalls source, Distribution distribution) throws IOException {
        int compared = 0;
        int differing = 0;
        for (WriteExchange exchange : WriteExchange.all(distribution.hasTypes())) {
            for (String parameter : List.of("human", "pretty")) {
                for (String filterPath : FILTERS) {
                    Call whole = exchange.call().with(parameter);
                    String encoding = compared % 3 == 0 ? "gzip" : "identity";

                    source.sendAll(exchange.before());
                    Reply all = source.send(whole, "Accept-Encoding", encoding);
                    source.sendAll(exchange.before());
                    Reply filtered = source.send(whole.with("filter_path=" + filterPath), "Accept-Encoding", encoding);

                    String ours = WriteExchange.steady(filter(all, filterPath).text());
                    String theirs = WriteExchange.steady(filtered.text());
                    assertThat(ours)
                            .as("%s: %s under %s of %s", distribution, whole, filterPath, all.text())
                            .isEqualTo(theirs);
                    compared++;
                    differing += theirs.equals(WriteExchange.steady(all.text())) ? 0 : 1;
                }
            }
        }
        LOG.info("{}: {} answers compared, {} of them filtered by the server.", distribution, compared, differing);
        assertThat(differing).isGreaterThan(compared / 2);
    }

    /** Bytes that hold numbers cannot be made alike, so each answer is one to a first write. */
    private static void compareSmile(SourceCalls source, Distribution distribution) throws IOException {
        String path = distribution.hasTypes() ? "/smile/_doc/" : "/smile/_doc/";
        List<Call> calls = List.of(
                new Call("PUT", path + "1", "{\"a\":1}"),
                new Call("PUT", path + "%F0%9F%98%80%C3%A9", "{\"a\":1}"),
                new Call("PUT", "/smile"),
                new Call("DELETE", path + "none"),
                new Call("PUT", "/smile/_mapping/nonsense/nonsense"));
        List<Call> before = List.of(new Call("DELETE", "/smile"));
        for (Call call : calls) {
            for (String filterPath : List.of("result", "_index,_id,_shards", "-_shards", "nothing", "**.total", "acknowledged")) {
                source.sendAll(before);
                Reply all = source.send(call, "Accept", "application/smile");
                source.sendAll(before);
                Reply filtered = source.send(call.with("filter_path=" + filterPath), "Accept", "application/smile");

                assertThat(filter(all, filterPath).body())
                        .as("%s: %s under %s", distribution, call, filterPath)
                        .isEqualTo(filtered.body());
            }
        }
    }

    private static Reply filter(Reply all, String filterPath) throws IOException {
        CollectedAnswer client = new CollectedAnswer();
        AskedAnswer asked = new AskedAnswer(FilterPaths.parse(filterPath).orElseThrow());
        try (AnswerFilter filter = asked.filter(all.status(), all.headers(), client).orElseThrow()) {
            filter.append(ByteBuffer.wrap(all.body()));
            filter.end();
        }
        return new Reply(all.status(), all.headers(), client.body());
    }
}
