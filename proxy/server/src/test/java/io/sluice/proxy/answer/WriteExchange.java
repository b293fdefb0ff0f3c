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
 * @param filterPaths what is worth trying on it
 */
public record WriteExchange(List<Call> before, Call call, List<String> filterPaths) {

    private static final String SETTINGS =
            "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0,\"refresh_interval\":-1,\"translog.durability\":\"async\"}}";
    private static final Call CREATE = new Call("PUT", "/f", SETTINGS);
    private static final Call SEED = new Call("PUT", "/f/_doc/1?refresh=true", "{\"a\":1.10,\"b\":1e2,\"c\":\"é\"}");

    /** Without it the first copy of a document says created, and the next one updated. */
    private static final Call COPY_GONE = new Call("DELETE", "/r");

    /** A smiley, an accent, a currency sign, a quotation mark, a backslash, a tab and a control character. */
    private static final String HARD_ID = "/f/_doc/%F0%9F%98%80%C3%A9%E2%82%AC%22%5C%09%01";

    private static final List<String> ON_BULKS = List.of(
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
            "-items.*",
            "**._id",
            "**.reason",
            "*.*.get",
            "nothing",
            "-*");
    private static final List<String> ON_DOCUMENTS = List.of(
            "result",
            "_id,_version,result",
            "-_seq_no,-_primary_term",
            "_shards.total",
            "_shards,-_shards.total",
            "-**.failed",
            "**._id",
            "**.**",
            "get._source",
            "get._source.b*,result",
            "error",
            "nothing");
    private static final List<String> ON_QUERIES = List.of(
            "failures",
            "failures.*.type,total",
            "-failures.cause,-retries.*",
            "-failures.x",
            "retries,*_millis,requests_per_second",
            "total,task",
            "nothing,total.x");
    private static final List<String> ON_INDICES =
            List.of("acknowledged", "*_index,rolled_over", "-conditions,-acknowledged", "**", "nothing");

    /** A write with an answer of every kind that the servers know. */
    public static List<WriteExchange> all(boolean typed) {
        List<WriteExchange> all = new ArrayList<>();
        all.addAll(of(List.of(CREATE, SEED), ON_BULKS, bulks(typed)));
        all.addAll(of(List.of(CREATE, SEED, new Call("DELETE", HARD_ID)), ON_DOCUMENTS, documents(typed)));
        all.addAll(of(List.of(COPY_GONE, CREATE, SEED), ON_QUERIES, queries()));
        // A change that no search sees yet makes them conflict.
        all.addAll(
                of(List.of(COPY_GONE, CREATE, SEED, new Call("PUT", "/f/_doc/1", "{\"a\":2}")), ON_QUERIES, queries()));
        all.addAll(of(
                List.of(new Call("DELETE", "/g"), CREATE),
                ON_INDICES,
                List.of(
                        new Call("PUT", "/g", SETTINGS),
                        new Call("PUT", "/f"),
                        new Call(
                                "POST", "/_aliases", "{\"actions\":[{\"add\":{\"index\":\"f\",\"alias\":\"fa\"}}]}"))));
        all.addAll(of(
                List.of(
                        new Call("DELETE", "/l-000001"),
                        new Call("DELETE", "/l-000002"),
                        new Call("PUT", "/l-000001", "{\"aliases\":{\"l\":{\"is_write_index\":true}}}")),
                ON_INDICES,
                List.of(
                        new Call("POST", "/l/_rollover"),
                        new Call("POST", "/l/_rollover", "{\"conditions\":{\"max_docs\":9,\"max_age\":\"1d\"}}"))));
        return all;
    }

    private static List<WriteExchange> of(List<Call> before, List<String> filterPaths, List<Call> calls) {
        return calls.stream()
                .map(call -> new WriteExchange(before, call, filterPaths))
                .toList();
    }

    private static List<Call> bulks(boolean typed) {
        return List.of(
                new Call("POST", "/_bulk", bulk(typed, 1)),
                new Call("POST", "/_bulk", bulk(typed, 200)),
                new Call("POST", "/_bulk", "{\"nonsense\":{}}\n"));
    }

    private static List<Call> documents(boolean typed) {
        String update = typed ? "/f/_doc/%s/_update" : "/f/_update/%s";
        return List.of(
                new Call("PUT", "/f/_doc/1", "{\"a\":1}"),
                new Call("PUT", HARD_ID, "{\"a\":1}"),
                new Call("PUT", "/f/_doc/1", "{\"a\":\"no number\"}"),
                new Call("PUT", typed ? "/f/_doc/1/_create" : "/f/_create/1", "{\"a\":1}"),
                new Call("DELETE", "/f/_doc/none"),
                new Call("POST", update.formatted("1") + "?_source=true", "{\"doc\":{\"b\":100,\"bb\":{}}}"),
                new Call("POST", update.formatted("none"), "{\"doc\":{}}"));
    }

    private static List<Call> queries() {
        String reindex = "{\"source\":{\"index\":\"f\"},\"dest\":{\"index\":\"%s\"}}";
        return List.of(
                new Call("POST", "/f/_update_by_query", "{}"),
                new Call("POST", "/f/_delete_by_query?conflicts=proceed", "{\"query\":{\"match_all\":{}}}"),
                new Call("POST", "/_reindex", reindex.formatted("r")),
                // It still writes after its answer, so into an index that no other answer tells of.
                new Call("POST", "/_reindex?wait_for_completion=false", reindex.formatted("late")));
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
                {"a":"no number"}
                """.formatted(place);
        return IntStream.range(0, rounds).mapToObj(i -> round).collect(Collectors.joining());
    }

    /** The answer without what grows from one time to the next, and names that are made up. */
    public static String steady(String answer) {
        return answer.replaceAll("(\"(?:took|_seq_no|_version|task|index_uuid)\" ?: ?)(?:\"[^\"]*\"|\\d+)", "$1#")
                .replaceAll("(seqNo|version) \\[\\d+\\]", "$1 [#]")
                .replaceAll("\\[(\\w+)/[\\w-]{22}\\]", "[$1/#]")
                .replaceAll("Wrapper@\\w+", "Wrapper@#")
                .replaceAll("\"took\" : \"[^\"]*\"", "\"took\" : #");
    }
}
