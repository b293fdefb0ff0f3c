package io.sluice.control;

import io.sluice.testkit.Servers;
import java.io.IOException;
import java.net.URI;

/** Writes that the source changes before it keeps them: by pipelines of an index, first and last, and by those that a request names. */
final class PipelineWrites {

    /** Marks its documents with a pipeline of its own. */
    private static final String DEFAULTED = "defaulted";

    /** Marks them last. */
    private static final String FINISHED = "finished";

    /** Both. */
    private static final String BOTH = "both";

    /** Gives each document the routing that stands in it. */
    private static final String SHELVED = "shelved";

    /** Has none. */
    private static final String PLAIN = CircleWriter.INDEX;

    private PipelineWrites() {}

    /** Makes pipelines and indices. */
    static void prepare(URI source) throws IOException {
        pipeline(source, "mark", "{\"set\": {\"field\": \"piped\", \"value\": true}}");
        pipeline(source, "last", "{\"set\": {\"field\": \"last\", \"value\": \"yes\"}}");
        pipeline(source, "shelve", "{\"script\": {\"source\": \"ctx._routing = ctx.shelf\"}}");
        pipeline(source, "elsewhere", "{\"script\": {\"source\": \"ctx._index = 'moved'\"}}");
        pipeline(source, "refuse", "{\"drop\": {\"if\": \"ctx.n < 0\"}}");
        index(source, PLAIN, "");
        index(source, DEFAULTED, ", \"default_pipeline\": \"mark\"");
        index(source, FINISHED, ", \"final_pipeline\": \"last\"");
        index(source, BOTH, ", \"default_pipeline\": \"mark\", \"final_pipeline\": \"last\"");
        index(source, SHELVED, ", \"default_pipeline\": \"shelve\"");
    }

    private static void pipeline(URI source, String name, String processor) throws IOException {
        Servers.succeed(source, "PUT", "/_ingest/pipeline/" + name, "{\"processors\": [" + processor + "]}");
    }

    private static void index(URI source, String name, String settings) throws IOException {
        Servers.succeed(source, "PUT", "/" + name, """
                {"settings": {"number_of_shards": 3, "number_of_replicas": 0%s}}
                """.formatted(settings));
    }

    /** Writes in every way, under ids of this time and of {@code earlier}. */
    static void write(CircleClient client, String time, String earlier) throws IOException {
        for (String index : new String[] {DEFAULTED, FINISHED, BOTH}) {
            client.put("/" + index + "/_doc/" + time, "{\"n\": 1}");
            client.put("/" + index + "/_doc/" + earlier, "{\"n\": 2}");
            client.send("POST", "/" + index + "/_doc", "{\"n\": 3}");
            client.send(
                    "POST", "/" + index + "/_update/" + time + "-up", "{\"doc\": {\"n\": 4}, \"doc_as_upsert\": true}");
            client.send("POST", "/" + index + "/_update/" + time, "{\"doc\": {\"m\": 5}}");
            client.put("/" + index + "/_doc/" + time + "-gone", "{\"n\": 6}");
            client.delete("/" + index + "/_doc/" + time + "-gone");
        }
        client.put("/" + DEFAULTED + "/_doc/" + time + "-raw?pipeline=_none", "{\"n\": 7}");
        client.put("/" + PLAIN + "/_doc/" + time + "?pipeline=mark", "{\"n\": 8}");
        client.put("/" + PLAIN + "/_doc/" + time + "-dropped?pipeline=refuse", "{\"n\": -1}");
        client.put("/" + PLAIN + "/_doc/" + time + "-kept?pipeline=refuse", "{\"n\": 9}");
        client.put("/" + PLAIN + "/_doc/" + time + "-moved?pipeline=elsewhere", "{\"n\": 10}");
        client.bulk("""
                {"index": {"_index": "defaulted", "_id": "%1$s-bulk"}}
                {"n": 11}
                {"create": {"_index": "finished", "_id": "%1$s-bulk"}}
                {"n": 12}
                {"index": {"_index": "books", "_id": "%1$s-bulk", "pipeline": "mark"}}
                {"n": 13}
                {"index": {"_index": "books", "_id": "%1$s-plain"}}
                {"n": 14}
                {"delete": {"_index": "both", "_id": "%1$s"}}
                {"update": {"_index": "defaulted", "_id": "%1$s-bulk"}}
                {"doc": {"m": 15}}
                """.formatted(time));
        shelve(client, time, earlier);
    }

    /** One id under two routings is two documents. */
    private static void shelve(CircleClient client, String time, String earlier) throws IOException {
        client.put("/" + SHELVED + "/_doc/" + time, "{\"shelf\": \"a\", \"n\": 1}");
        client.put("/" + SHELVED + "/_doc/" + time, "{\"shelf\": \"b\", \"n\": 2}");
        client.put("/" + SHELVED + "/_doc/" + earlier, "{\"shelf\": \"b\", \"n\": 3}");
        client.put("/" + SHELVED + "/_doc/" + time + "-gone", "{\"shelf\": \"c\", \"n\": 4}");
        client.delete("/" + SHELVED + "/_doc/" + time + "-gone?routing=c");
        client.bulk("""
                {"index": {"_index": "shelved", "_id": "%1$s-bulk"}}
                {"shelf": "d", "n": 5}
                {"create": {"_index": "shelved", "_id": "%1$s-made"}}
                {"shelf": "e", "n": 6}
                """.formatted(time));
    }
}
