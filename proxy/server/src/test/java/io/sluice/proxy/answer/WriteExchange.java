package io.sluice.proxy.answer;

import io.sluice.proxy.answer.SourceCalls.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A write that answers the same each time, but for what {@link #steady} takes away.
 *
 * @param before what makes it so
 */
record WriteExchange(List<Call> before, Call call) {

    private static final String SETTINGS =
            "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0,\"refresh_interval\":-1}}";
    private static final Call CREATE = new Call("PUT", "/f", SETTINGS);
    private static final Call SEED = new Call("PUT", "/f/_doc/1?refresh=true", "{\"a\":1.10,\"b\":1e2,\"c\":\"é\"}");

    /** A write with an answer of every kind that the servers know. */
    static List<WriteExchange> all(boolean typed) {
        String update = typed ? "/f/_doc/%s/_update" : "/f/_update/%s";
        String create = typed ? "/f/_doc/1/_create" : "/f/_create/1";
        List<Call> seeded = List.of(CREATE, SEED);
        List<Call> stale = List.of(CREATE, SEED, new Call("PUT", "/f/_doc/1", "{\"a\":2}"));
        List<WriteExchange> all = new ArrayList<>();
        all.add(new WriteExchange(seeded, new Call("POST", "/_bulk", bulk(typed, 1))));
        all.add(new WriteExchange(seeded, new Call("POST", "/_bulk", bulk(typed, 300))));
        all.add(new WriteExchange(seeded, new Call("POST", "/_bulk", "{\"nonsense\":{}}\n")));
        all.add(new WriteExchange(seeded, new Call("PUT", "/f/_doc/1", "{\"a\":1}")));
        all.add(new WriteExchange(seeded, new Call("PUT", "/f/_doc/%F0%9F%98%80%C3%A9%E2%82%AC%22%5C%09%01", "{\"a\":1}")));
        all.add(new WriteExchange(seeded, new Call("PUT", "/f/_doc/1", "{\"a\":")));
        all.add(new WriteExchange(seeded, new Call("PUT", create, "{\"a\":1}")));
        all.add(new WriteExchange(seeded, new Call("DELETE", "/f/_doc/none")));
        all.add(new WriteExchange(seeded, new Call("POST", update.formatted(1) + "?_source=true", "{\"doc\":{\"b\":100,\"bb\":{}}}")));
        all.add(new WriteExchange(seeded, new Call("POST", update.formatted("none"), "{\"doc\":{}}")));
        all.add(new WriteExchange(seeded, new Call("POST", "/f/_update_by_query", "{}")));
        all.add(new WriteExchange(stale, new Call("POST", "/f/_update_by_query", "{}")));
        all.add(new WriteExchange(stale, new Call("POST", "/f/_delete_by_query?conflicts=proceed", "{\"query\":{\"match_all\":{}}}")));
        all.add(new WriteExchange(seeded, new Call("POST", "/_reindex", "{\"source\":{\"index\":\"f\"},\"dest\":{\"index\":\"r\"}}")));
        all.add(new WriteExchange(seeded, new Call("POST", "/_reindex?wait_for_completion=false", "{\"source\":{\"index\":\"f\"},\"dest\":{\"index\":\"r\"}}")));
        all.add(new WriteExchange(List.of(new Call("DELETE", "/g")), new Call("PUT", "/g", SETTINGS)));
        all.add(new WriteExchange(List.of(CREATE), new Call("PUT", "/f")));
        all.add(new WriteExchange(List.of(CREATE), new Call("POST", "/_aliases", "{\"actions\":[{\"add\":{\"index\":\"f\",\"alias\":\"fa\"}}]}")));
        all.add(new WriteExchange(
                List.of(
                        new Call("DELETE", "/l-000001"),
                        new Call("DELETE", "/l-000002"),
                        new Call("PUT", "/l-000001", "{\"aliases\":{\"l\":{\"is_write_index\":true}}}")),
                new Call("POST", "/l/_rollover", "{\"conditions\":{\"max_docs\":1000,\"max_age\":\"1d\"}}")));
        all.add(new WriteExchange(
                List.of(
                        new Call("DELETE", "/l-000001"),
                        new Call("DELETE", "/l-000002"),
                        new Call("PUT", "/l-000001", "{\"aliases\":{\"l\":{\"is_write_index\":true}}}")),
                new Call("POST", "/l/_rollover")));
        return all;
    }

    private static String bulk(boolean typed, int rounds) {
        String place = typed ? "\"_index\":\"f\",\"_type\":\"_doc\"" : "\"_index\":\"f\"";
        String round = """
                {"index":{%1$s,"_id":"1"}}
                {"a":1}
                {"create":{%1$s,"_id":"1"}}
                {"a":1}
                {"delete":{%1$s,"_id":"none"}}
                {"update":{%1$s,"_id":"none"}}
                {"doc":{"a":1}}
                {"update":{%1$s,"_id":"1","_source":true}}
                {"doc":{"a":2,"é":[]}}
                {"index":{%1$s,"_id":"2"}}
                {"a":{"no":"number"}}
                """
                .formatted(place);
        return IntStream.range(0, rounds).mapToObj(i -> round).collect(Collectors.joining());
    }

    /** The answer without what grows from one time to the next, and names that are made up. */
    static String steady(String answer) {
        return answer.replaceAll(
                        "(\"(?:took|_seq_no|_version|task|index_uuid)\" ?: ?)(?:\"[^\"]*\"|\\d+)", "$1#")
                .replaceAll("(seqNo|version) \\[\\d+\\]", "$1 [#]")
                .replaceAll("\\[(\\w+)/[\\w-]{22}\\]", "[$1/#]")
                .replaceAll("Wrapper@\\w+", "Wrapper@#")
                .replaceAll("\"took\" : \"[^\"]*\"", "\"took\" : #");
    }
}
