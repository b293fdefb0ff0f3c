package io.sluice.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.cluster.ServerInfo.Flavor;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/** Asks a cluster what it is, in the ways that different builds answer. */
final class ServerQuestion {

    private static final String DOING = "read the version";
    private static final String NODES = "/_nodes?filter_path=nodes.*.version,nodes.*.build_flavor";

    private final Cluster cluster;

    ServerQuestion(Cluster cluster) {
        this.cluster = cluster;
    }

    ServerInfo ask() throws ClusterException {
        JsonNode root;
        try {
            root = cluster.call(DOING, "GET", "/", null);
        } catch (ClusterException e) {
            if (e.status() != 404 && e.status() != 405) {
                throw e;
            }
            return byNodes(); // builds without the root module, and paths that are not handed through
        }
        JsonNode version = root.path("version");
        boolean openSearch = version.path("distribution").asText().equals("opensearch");
        if (!openSearch && root.path("tagline").asText().contains("OpenSearch")) {
            return byNodes(); // a setting for old clients makes OpenSearch call itself 7.10.2 without a distribution
        }
        return server(
                openSearch ? Flavor.OPENSEARCH : Flavor.ELASTICSEARCH,
                version.path("number").asText(),
                root);
    }

    /** Of the first node. Elasticsearch's nodes tell their build's flavor, OpenSearch dropped the word. */
    private ServerInfo byNodes() throws ClusterException {
        JsonNode answer = cluster.call(DOING, "GET", NODES, null);
        Iterator<JsonNode> nodes = answer.path("nodes").elements();
        JsonNode node = nodes.hasNext() ? nodes.next() : MissingNode.getInstance();
        Flavor flavor = node.has("build_flavor") ? Flavor.ELASTICSEARCH : Flavor.OPENSEARCH;
        return server(flavor, node.path("version").asText(), answer);
    }

    private ServerInfo server(Flavor flavor, String version, JsonNode found) throws ClusterException {
        try {
            return new ServerInfo(flavor, version);
        } catch (IllegalArgumentException e) {
            throw cluster.strange(
                    DOING,
                    "a version number",
                    ErrorBody.excerpt(found.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }
}
