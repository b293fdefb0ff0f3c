package io.sluice.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpHost;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.RestClient;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch._helpers.bulk.BulkIngester;
import org.opensearch.client.opensearch._types.Refresh;
import org.opensearch.client.opensearch.core.bulk.BulkOperation;
import org.opensearch.client.opensearch.core.bulk.IndexOperation;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/** Clients as applications use them, each with some work on an index of its own that always goes the same way. */
enum TestClients {

    /** Every request over a connection of its own, but for the last two. */
    CURL {
        @Override
        void work(URI endpoint, Path folder) throws Exception {
            Path bulk = folder.resolve("bulk.ndjson");
            Files.writeString(bulk, bulk(1_000, 1_500));
            String json = "Content-Type: application/json";
            String lines = "Content-Type: application/x-ndjson";
            curl(endpoint, "/curl", "-X", "PUT", "-H", json, "-d", SETTINGS);
            curl(endpoint, "/curl/_doc/1?refresh", "-X", "PUT", "-H", json, "-u", "me:secret", "-d", "{\"n\":1}");
            curl(endpoint, "/curl/_doc/1", "-X", "PUT", "-H", json, "-0", "-d", "{\"n\":2}");
            curl(endpoint, "/curl/_bulk", "-H", lines, "-H", "Expect: 100-continue", "--data-binary", "@" + bulk);
            curl(
                    endpoint,
                    "/curl/_bulk?refresh&filter_path=errors,items.*.status",
                    "-H",
                    lines,
                    "--compressed",
                    "-H",
                    "Transfer-Encoding: chunked",
                    "--data-binary",
                    "@" + bulk);
            curl(endpoint, "/curl/_doc/2?filter_path=result", "-X", "PUT", "-H", json, "-d", "{\"n\":2}");
            curl(endpoint, "/curl/_search?size=200&sort=n", "--compressed");
            curl(endpoint, "/curl/_search?filter_path=hits.total", "-H", json, "-d", "{\"query\":{\"match_all\":{}}}");
            curl(endpoint, "/curl", "-I");
            curl(endpoint, "/none", "-I");
            curl(endpoint, "/curl/_doc/none");
            curl(endpoint, "/curl/_doc/1", "-X", "PUT", "-H", json, "-d", "{\"n\":");
            curl(endpoint, "/curl/_doc/1", "-X", "DELETE", "-H", "X-Opaque-Id: nightly job");
            curl(endpoint, "/curl/_count", endpoint + "/_cat/indices/curl?h=index,docs.count");
        }
    },

    /** The typed client. */
    OPENSEARCH_JAVA {
        @Override
        void work(URI endpoint, Path folder) throws Exception {
            try (OpenSearchTransport transport = transport(endpoint)) {
                OpenSearchClient client = new OpenSearchClient(transport);
                client.indices()
                        .create(index -> index.index("typed")
                                .settings(settings -> settings.numberOfShards(1)
                                        .numberOfReplicas(0)
                                        .refreshInterval(time -> time.time("-1"))));
                for (int i = 0; i < 20; i++) {
                    int n = i;
                    client.index(doc -> doc.index("typed").id("d" + n).document(Map.of("n", n, "t", "é".repeat(n))));
                }
                client.update(
                        update -> update.index("typed")
                                .id("d7")
                                .doc(Map.of("n", 70))
                                .refresh(Refresh.True),
                        JsonNode.class);
                client.delete(doc -> doc.index("typed").id("d8").refresh(Refresh.True));
                client.get(doc -> doc.index("typed").id("d7"), JsonNode.class);
                client.get(doc -> doc.index("typed").id("none"), JsonNode.class);
                client.search(search -> search.index("typed").size(20), JsonNode.class);
                client.count(count -> count.index("typed"));
                client.exists(doc -> doc.index("typed").id("d9"));
                client.mget(docs -> docs.index("typed").ids("d1", "d2", "none"), JsonNode.class);
            }
        }
    },

    /** The bulk helper of the typed client. */
    BULK_HELPER {
        @Override
        void work(URI endpoint, Path folder) throws Exception {
            try (OpenSearchTransport transport = transport(endpoint)) {
                OpenSearchClient client = new OpenSearchClient(transport);
                client.indices()
                        .create(index -> index.index("helped")
                                .settings(settings -> settings.numberOfShards(1)
                                        .numberOfReplicas(0)
                                        .refreshInterval(time -> time.time("-1"))));
                try (BulkIngester<Void> bulk = BulkIngester.of(
                        settings -> settings.client(client).maxOperations(100).maxConcurrentRequests(1))) {
                    for (int i = 0; i < 1_000; i++) {
                        IndexOperation<Map<String, Object>> one = new IndexOperation.Builder<Map<String, Object>>()
                                .index("helped")
                                .id("d" + i)
                                .document(Map.of("n", i, "t", "y".repeat(i % 300)))
                                .build();
                        bulk.add(new BulkOperation.Builder().index(one).build());
                    }
                }
            }
        }
    },

    /** The client that most programs for Elasticsearch 5 to 7 stand on. */
    REST_CLIENT {
        @Override
        void work(URI endpoint, Path folder) throws Exception {
            try (RestClient client = RestClient.builder(new HttpHost(endpoint.getHost(), endpoint.getPort()))
                    .setCompressionEnabled(true)
                    .build()) {
                call(client, "PUT", "/rest", SETTINGS);
                for (int i = 0; i < 5; i++) {
                    call(client, "POST", "/rest/_bulk", bulk(100, 200));
                }
                call(client, "POST", "/rest/_bulk?refresh=true&filter_path=took,errors", bulk(100, 200));
                call(client, "POST", "/rest/_update/1?filter_path=result", "{\"doc\":{\"n\":-1}}");
                call(client, "POST", "/rest/_update/none", "{\"doc\":{\"n\":-1}}");
                call(client, "PUT", "/rest/_doc/1", "{\"n\":\"no number\"}");
                call(client, "POST", "/rest/_refresh", "");
                call(client, "GET", "/rest/_search", "{\"query\":{\"range\":{\"n\":{\"gte\":50}}},\"size\":100}");
                call(client, "HEAD", "/rest/_doc/1", "");
                call(
                        client,
                        "POST",
                        "/rest/_delete_by_query?refresh=true&filter_path=deleted",
                        "{\"query\":{\"term\":{\"n\":3}}}");
                call(client, "DELETE", "/rest/_doc/2?refresh=true", "");
                call(client, "DELETE", "/rest/_doc/2", "");
            }
        }
    };

    private static final String SETTINGS =
            "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0,\"refresh_interval\":-1},\"mappings\":{\"properties\":{\"n\":{\"type\":\"integer\"}}}}";
    private static final int PATIENCE_SECONDS = 60;

    /** Does its work through an endpoint, one request after the other. */
    abstract void work(URI endpoint, Path folder) throws Exception;

    private static void curl(URI endpoint, String path, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail-early", endpoint + path));
        command.addAll(List.of(options));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!curl.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || curl.exitValue() != 0) {
            throw new IOException(command + " failed: " + said);
        }
    }

    private static OpenSearchTransport transport(URI endpoint) {
        return ApacheHttpClient5TransportBuilder.builder(
                        new org.apache.hc.core5.http.HttpHost("http", endpoint.getHost(), endpoint.getPort()))
                .build();
    }

    /** Refusals are part of the work. */
    private static void call(RestClient client, String method, String target, String body) throws IOException {
        Request request = new Request(method, target);
        if (!body.isEmpty()) {
            request.setJsonEntity(body);
        }
        try {
            client.performRequest(request);
        } catch (ResponseException refused) {
            if (refused.getResponse().getStatusLine().getStatusCode() >= 500) {
                throw refused;
            }
        }
    }

    private static String bulk(int documents, int size) {
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < documents; i++) {
            bulk.append("{\"index\":{\"_id\":\"")
                    .append(i)
                    .append("\"}}\n{\"n\":")
                    .append(i)
                    .append(",\"t\":\"")
                    .append("x".repeat(size))
                    .append("\"}\n");
        }
        return bulk.toString();
    }
}
