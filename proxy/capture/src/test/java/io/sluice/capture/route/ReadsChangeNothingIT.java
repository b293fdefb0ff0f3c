package io.sluice.capture.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the table calls a read, sent to real servers: no document, mapping, template, pipeline or script is another after it. */
class ReadsChangeNothingIT {

    private static final String STATE = "/_cluster/state/metadata?filter_path=metadata.indices.*.mappings,"
            + "metadata.indices.*.settings,metadata.indices.*.aliases,metadata.templates,metadata.index_template,"
            + "metadata.component_template,metadata.data_stream,metadata.ingest,metadata.stored_scripts,metadata.repositories";
    private static final String DOCUMENTS = "/_all/_stats/indexing,docs?filter_path=indices.*.primaries";

    static Stream<Distribution> servers() {
        return Stream.of(Distributions.ES_7_10_2, Distributions.OS_2_19_6);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void noReadChangesAnything(Distribution distribution) throws IOException {
        URI server = SharedServers.of(distribution).endpoint();
        Servers.wipe(server);
        Servers.succeed(server, "PUT", "/logs/_doc/42?refresh=true", "{\"a\":1}");
        Servers.succeed(server, "PUT", "/logs-2026.10.01/_doc/42?refresh=true", "{\"a\":1}");
        String before = state(server);

        List<String> writing = new ArrayList<>();
        for (String[] request : reads(types(distribution))) {
            Answer answer = Servers.call(server, request[0], request[1], "{\"a\":1}");
            if (answer.body().contains("\"result\":\"")) {
                writing.add(request[0] + " " + request[1]);
            }
        }

        assertThat(writing).isEmpty();
        assertThat(state(server)).isEqualTo(before);
    }

    /** Paths that versions read in different ways: what this server takes for a document is a write. */
    @ParameterizedTest
    @MethodSource("servers")
    void everyDocumentThatIsWrittenIsAWrite(Distribution distribution) throws IOException {
        URI server = SharedServers.of(distribution).endpoint();
        Servers.wipe(server);
        Set<String> names = Set.of(
                "_search",
                "_msearch",
                "_count",
                "_mget",
                "_search_shards",
                "_termvectors",
                "_termvector",
                "_mtermvectors",
                "_percolate",
                "_mpercolate",
                "_bulk",
                "_query",
                "_update_by_query",
                "_field_caps",
                "_pit",
                "_validate",
                "_explain",
                "_source",
                "_create",
                "_update",
                "_mapping",
                "_analyze",
                "_rank_eval",
                "_search%2F",
                "x");
        List<String> read = new ArrayList<>();
        int written = 0;
        for (String type : List.of("_doc", "t")) {
            for (String name : names) {
                String target = "/written-" + type.replace("_", "") + "/" + type + "/" + name;
                if (Servers.call(server, "POST", target, "{\"a\":1}").body().contains("\"result\":\"")) {
                    written++;
                    Stream.of(Route.of("POST", target), Route.of("POST", target, types(distribution)))
                            .filter(route -> !route.isWrite())
                            .forEach(route -> read.add(route.name()));
                }
            }
        }

        assertThat(read).isEmpty();
        assertThat(written).isPositive();
    }

    private static Types types(Distribution distribution) {
        return distribution == Distributions.ES_7_10_2 ? Types.ONE : Types.NONE;
    }

    private static List<String[]> reads(Types types) {
        return Stream.concat(RouteTest.clientRequests(), RouteTest.hardRequests())
                .filter(row -> Stream.of("POST", "PUT", "DELETE", "PATCH").anyMatch(row[1]::equals))
                .filter(row -> row[2].startsWith("/")
                        && !row[2].startsWith("//")
                        && row[2].chars().noneMatch(c -> "<>{}\"[]".indexOf(c) >= 0))
                .filter(row -> !Route.of(row[1], row[2], types).isWrite())
                .map(row -> new String[] {row[1], row[2]})
                .toList();
    }

    private static String state(URI server) throws IOException {
        return Servers.succeed(server, "GET", STATE, "").toString()
                + Servers.succeed(server, "GET", DOCUMENTS, "").toString();
    }
}
