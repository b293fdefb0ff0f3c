package io.sluice.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster's snapshot API, in the words that all of Elasticsearch 1 to 9 and OpenSearch 1 to 3 understand. Answers are passed on
 * as they come. May be shared by threads, as its cluster may.
 */
public final class SnapshotCalls {

    private final Cluster cluster;

    public SnapshotCalls(Cluster cluster) {
        this.cluster = cluster;
    }

    /** All repositories: by name, each with its {@code type} and {@code settings}. */
    public JsonNode repositories() throws ClusterException {
        return cluster.call("list the snapshot repositories", "GET", "/_snapshot", null);
    }

    /**
     * Registers a repository; the cluster tries whether its nodes can write there. One of that name is overwritten: look first.
     *
     * @param type {@code fs}, {@code s3}
     */
    public void register(String repository, String type, Map<String, String> settings) throws ClusterException {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", type);
        settings.forEach(body.putObject("settings")::put);
        cluster.call("register the snapshot repository " + repository, "PUT", path(repository), body);
    }

    /**
     * Begins a snapshot, and does not wait for its end.
     *
     * @param body {@code indices}, {@code partial} …
     * @throws ClusterException {@link ClusterException#isRefusal()} when there is one of that name
     */
    public void begin(String repository, String snapshot, JsonNode body) throws ClusterException {
        cluster.call(
                "begin the snapshot " + snapshot + " in the repository " + repository,
                "PUT",
                path(repository, snapshot) + "?wait_for_completion=false",
                body);
    }

    /** All snapshots of a repository, those under way too, in the cluster's order. */
    public List<JsonNode> all(String repository) throws ClusterException {
        JsonNode answer = cluster.call(
                "list the snapshots of the repository " + repository, "GET", path(repository) + "/_all", null);
        return snapshots(answer);
    }

    /** What the cluster says of a snapshot; empty when there is none of that name. */
    public Optional<JsonNode> find(String repository, String snapshot) throws ClusterException {
        return one("look for the snapshot " + snapshot, path(repository, snapshot));
    }

    /** How much of a snapshot is written; empty when there is none of that name. Of one that is over, it reads the repository. */
    public Optional<JsonNode> progress(String repository, String snapshot) throws ClusterException {
        return one("ask how far the snapshot " + snapshot + " is", path(repository, snapshot) + "/_status");
    }

    /**
     * Deletes a snapshot; one that is under way is given up.
     *
     * @throws ClusterException of status 404 when there is none
     */
    public void delete(String repository, String snapshot) throws ClusterException {
        cluster.call(
                "delete the snapshot " + snapshot + " of the repository " + repository,
                "DELETE",
                path(repository, snapshot),
                null);
    }

    private Optional<JsonNode> one(String doing, String path) throws ClusterException {
        try {
            List<JsonNode> found = snapshots(cluster.call(doing, "GET", path, null));
            return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
        } catch (ClusterException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Some versions of Elasticsearch answer for each repository that was asked for. */
    private static List<JsonNode> snapshots(JsonNode answer) {
        JsonNode list = answer.has("responses") ? answer.at("/responses/0/snapshots") : answer.path("snapshots");
        List<JsonNode> snapshots = new ArrayList<>(list.size());
        list.forEach(snapshots::add);
        return snapshots;
    }

    private static String path(String repository) {
        return "/_snapshot" + Cluster.path(repository);
    }

    private static String path(String repository, String snapshot) {
        return path(repository) + Cluster.path(snapshot);
    }
}
