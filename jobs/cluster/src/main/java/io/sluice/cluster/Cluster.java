package io.sluice.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.cluster.ClusterException.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Control calls to one cluster. Every call is sent once and waited for; its failure is a
 * {@link ClusterException} that says what to do. May be shared by threads.
 *
 * <p>Names of indices are taken as they are: {@code +}, {@code %} and any letter are encoded here. A name
 * that could stand for several indices is an {@link IllegalArgumentException}, so that no call ever reaches
 * more than it names.
 */
public final class Cluster implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json";

    private final ControlCalls calls;

    private Cluster(ControlCalls calls) {
        this.calls = calls;
    }

    /**
     * Prepares to talk to a cluster. Reads the TLS files, but calls nobody yet: {@link #info} tells whether
     * there is a cluster.
     *
     * @throws ClusterException when a TLS file, the endpoint or the AWS profile cannot be used
     */
    public static Cluster connect(ClusterAddress address) throws ClusterException {
        return new Cluster(ControlCalls.open(address));
    }

    /** What the cluster runs: the first call to make, because it tells a cluster from anything else. */
    public ServerInfo info() throws ClusterException {
        return new ServerQuestion(this).ask();
    }

    /**
     * Any call.
     *
     * @param path with its query, encoded, beginning with a slash
     * @return the answer, or a {@link MissingNode} when it has no body
     */
    public JsonNode request(String method, String path, @Nullable JsonNode body) throws ClusterException {
        return call("call " + method + " " + path, method, path, body);
    }

    /**
     * The {@code settings}, {@code mappings} and {@code aliases} of an index.
     *
     * @return empty when there is no index of exactly this name; an alias is none
     */
    public Optional<JsonNode> indexDefinition(String index) throws ClusterException {
        JsonNode answer;
        try {
            answer = call("read the definition of the index " + index, "GET", path(index), null);
        } catch (ClusterException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
        JsonNode definition = answer.path(index);
        return definition.isObject() ? Optional.of(definition) : Optional.empty();
    }

    /** The indices of an alias with what it says of each, as {@code _alias} answers; nothing where there is no such alias. */
    public JsonNode alias(String alias) throws ClusterException {
        try {
            return call("read the alias " + alias, "GET", "/_alias" + path(alias), null);
        } catch (ClusterException e) {
            if (e.status() == 404) {
                return MissingNode.getInstance();
            }
            throw e;
        }
    }

    /**
     * By what an index takes the hash of a routing: settings do not show it.
     *
     * @throws ClusterException when the cluster does not tell
     */
    public int routingShards(String index) throws ClusterException {
        String doing = "read how the index " + index + " spreads its documents";
        String state = "/_cluster/state/metadata" + path(index);
        JsonNode answer = call(doing, "GET", state + "?filter_path=metadata.indices.*.routing_num_shards", null);
        JsonNode number = answer.path("metadata").path("indices").path(index).path("routing_num_shards");
        if (!number.isIntegralNumber()) {
            throw strange(doing, "routing_num_shards", answer.toString());
        }
        return number.intValue();
    }

    /**
     * Creates an index.
     *
     * @param body {@code settings}, {@code mappings} and {@code aliases}
     * @throws ClusterException {@link ClusterException#isRefusal()} when there is one already, or the cluster does
     *     not take the body
     */
    public void createIndex(String index, JsonNode body) throws ClusterException {
        call("create the index " + index, "PUT", path(index), body);
    }

    /**
     * Adds to the mapping of an index.
     *
     * @param mappings {@code properties} and the rest
     * @throws ClusterException {@link ClusterException#isRefusal()} when what is there cannot become that
     */
    public void putMapping(String index, JsonNode mappings) throws ClusterException {
        call("change the mapping of the index " + index, "PUT", path(index) + "/_mapping", mappings);
    }

    /**
     * Deletes an index.
     *
     * @throws ClusterException of status 404 when there is none
     */
    public void deleteIndex(String index) throws ClusterException {
        call("delete the index " + index, "DELETE", path(index), null);
    }

    /** Whether there is an index, alias or data stream of this name. */
    public boolean exists(String index) throws ClusterException {
        try {
            call("look for the index " + index, "HEAD", path(index), null);
            return true;
        } catch (ClusterException e) {
            if (e.status() == 404) {
                return false;
            }
            throw e;
        }
    }

    /** How many documents a search finds: nested ones do not count, nor what came after the last refresh. */
    public long count(String index) throws ClusterException {
        String doing = "count the documents of the index " + index;
        JsonNode count = call(doing, "GET", path(index) + "/_count", null).path("count");
        if (!count.isIntegralNumber()) {
            throw strange(doing, "a count", count.toString());
        }
        return count.longValue();
    }

    /** Makes everything written so far visible to searches. */
    public void refresh(String index) throws ClusterException {
        call("refresh the index " + index, "POST", path(index) + "/_refresh", null);
    }

    /** All indices, hidden and closed ones too, by name. */
    public List<IndexLine> indices() throws ClusterException {
        String list = "/_cat/indices?format=json&bytes=b&h=index,uuid,health,status,docs.count,pri.store.size";
        JsonNode answer;
        try {
            answer = call("list the indices", "GET", list + "&expand_wildcards=all", null);
        } catch (ClusterException e) {
            if (e.status() != 400) {
                throw e;
            }
            // Before 7.7 the parameter is unknown, and no index hidden.
            answer = call("list the indices", "GET", list, null);
        }
        List<IndexLine> lines = new ArrayList<>(answer.size());
        for (JsonNode line : answer) {
            lines.add(new IndexLine(
                    line.path("index").asText(),
                    line.path("uuid").asText(""),
                    line.path("health").asText(""),
                    line.path("status").asText(""),
                    line.path("docs.count").asLong(IndexLine.UNKNOWN),
                    line.path("pri.store.size").asLong(IndexLine.UNKNOWN)));
        }
        lines.sort(Comparator.comparing(IndexLine::name));
        return lines;
    }

    /** The longest body that every node takes, in bytes; empty where the cluster does not tell. */
    public OptionalLong maxContentLength() throws ClusterException {
        JsonNode nodes;
        try {
            nodes = call(
                            "read the HTTP limits",
                            "GET",
                            "/_nodes/http?filter_path=nodes.*.http.max_content_length_in_bytes",
                            null)
                    .path("nodes");
        } catch (ClusterException e) {
            if (e.isRefusal() || e.kind() == Kind.FORBIDDEN) {
                return OptionalLong.empty(); // managed clusters hide their nodes
            }
            throw e;
        }
        OptionalLong smallest = OptionalLong.empty();
        for (JsonNode node : nodes) {
            long limit = node.at("/http/max_content_length_in_bytes").asLong();
            if (limit > 0 && limit < smallest.orElse(Long.MAX_VALUE)) {
                smallest = OptionalLong.of(limit);
            }
        }
        return smallest;
    }

    /**
     * Tries on an index of its own whether the cluster keeps ids and honours {@code external_gte} versions.
     *
     * @param scratchIndex how the index is to begin; the rest is random; it is deleted in any case
     * @return what was found, also when the cluster refuses the trial
     * @throws ClusterException when the cluster cannot be asked
     */
    public FenceProbe probeFence(String scratchIndex) throws ClusterException {
        return new FenceTrial(this).run(scratchIndex);
    }

    /**
     * Sends a bulk that is prepared as text.
     *
     * @return the answer, whose items may have failed
     */
    JsonNode bulk(String doing, String path, String lines) throws ClusterException {
        byte[] body = lines.getBytes(StandardCharsets.UTF_8);
        return parsed(doing, calls.send(doing, "POST", path, body, "application/x-ndjson"));
    }

    JsonNode call(String doing, String method, String path, @Nullable JsonNode body) throws ClusterException {
        byte[] bytes = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
        return parsed(doing, calls.send(doing, method, path, bytes, JSON_TYPE));
    }

    private JsonNode parsed(String doing, byte[] answer) throws ClusterException {
        if (answer.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw strange(doing, "JSON", ErrorBody.excerpt(answer));
        }
    }

    /** For an answer of 200 that no cluster would give. */
    ClusterException strange(String doing, String expected, String found) {
        return ClusterException.without(
                Kind.NOT_A_CLUSTER,
                "Cannot %s at %s: expected %s in the answer, found: %s. Check the endpoint's host, port and path: something else than a cluster answers there."
                        .formatted(doing, calls.endpoint(), expected, found.isEmpty() ? "nothing" : found),
                null);
    }

    static String path(String index) {
        if (index.isEmpty() || index.equals("_all") || index.contains("*") || index.contains(",")) {
            throw new IllegalArgumentException("expected the name of one index, found: '" + index + "'");
        }
        // URLEncoder writes forms, where a plus is a blank.
        return "/" + URLEncoder.encode(index, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        calls.close();
    }
}
