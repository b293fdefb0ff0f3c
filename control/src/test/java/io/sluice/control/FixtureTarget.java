package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.fixtures.CanonicalJson;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Snapshot;
import io.sluice.testkit.DocumentScan;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A target to which fixtures are carried. Its indices can be made beforehand, so that they map nothing: many mappings of
 * older versions are unknown to it.
 */
final class FixtureTarget {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST_WITH_SEQUENCE_NUMBERS = 6_000_000;

    private final URI endpoint;
    private final String migration;
    private final HttpClient http = HttpClient.newHttpClient();

    FixtureTarget(URI endpoint, String migration) {
        this.endpoint = endpoint;
        this.migration = migration;
    }

    /** A document as the target must show it. */
    record Shown(String id, String routing, long version, String sha256) {

        static Shown of(FoundDocument document, IndexMetadata index) {
            int created = index.settings().path("index.version.created").asInt(FIRST_WITH_SEQUENCE_NUMBERS);
            long fence = created < FIRST_WITH_SEQUENCE_NUMBERS ? document.version() : Math.max(0, document.seqNo());
            return new Shown(document.id(), document.routing(), fence, document.sha256());
        }
    }

    /** What a snapshot says of its indices, by their names. */
    static Map<String, IndexMetadata> indices(Fixture fixture, String snapshotName) throws IOException {
        Map<String, IndexMetadata> indices = new TreeMap<>();
        JsonNode truth = fixture.snapshot(snapshotName);
        try (BlobStore store = fixture.open(truth.path("repo").asText())) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotName);
            for (Snapshot.Index index : snapshot.indices()) {
                indices.put(index.name(), repository.indexMetadata(snapshot, index));
            }
        }
        return indices;
    }

    /** Makes an index for the documents of one of the source, or of one type of it. */
    void make(String name, IndexMetadata source, String type) throws IOException {
        int partitionSize =
                source.settings().path("index.routing_partition_size").asInt(1);
        ObjectNode body = JSON.createObjectNode();
        ObjectNode settings = body.putObject("settings")
                .put("number_of_shards", source.shards())
                .put("number_of_routing_shards", source.routingShards())
                .put("number_of_replicas", 0);
        ObjectNode mappings = body.putObject("mappings").put("dynamic", false);
        if (partitionSize > 1) {
            settings.put("routing_partition_size", partitionSize);
            mappings.putObject("_routing").put("required", true);
        }
        ObjectNode mark = mappings.putObject("_meta")
                .putObject("sluice")
                .put("migration", migration)
                .put("source_uuid", source.uuid());
        if (!type.isEmpty()) {
            mark.put("type", type);
        }
        Servers.succeed(endpoint, "PUT", path(name), body.toString());
    }

    /** Every document that a search finds. */
    List<Shown> shown(String index) throws IOException {
        List<Shown> documents = new ArrayList<>();
        DocumentScan.each(
                http,
                endpoint,
                index,
                hit -> documents.add(new Shown(
                        hit.id(),
                        hit.routing(),
                        hit.version(),
                        CanonicalJson.sha256(hit.page(), hit.from(), hit.to() - hit.from()))));
        return documents;
    }

    /** Those of the documents that are found when asked for by id and routing. */
    List<Shown> found(String index, List<Shown> documents) throws IOException {
        ObjectNode body = JSON.createObjectNode();
        for (Shown document : documents) {
            ObjectNode one = body.withArray("docs").addObject().put("_id", document.id());
            if (!document.routing().isEmpty()) {
                one.put("routing", document.routing());
            }
        }
        JsonNode answer = Servers.succeed(endpoint, "POST", path(index) + "/_mget", body.toString());
        List<Shown> found = new ArrayList<>();
        for (JsonNode one : answer.path("docs")) {
            if (one.path("found").asBoolean()) {
                found.add(new Shown(
                        one.path("_id").asText(),
                        one.path("_routing").asText(""),
                        one.path("_version").asLong(),
                        documents.get(found.size()).sha256()));
            }
        }
        return found;
    }

    /** A number that an index was made with. */
    int setting(String index, String name) throws IOException {
        return Servers.succeed(endpoint, "GET", path(index) + "/_settings", "")
                .path(index)
                .at("/settings/index/" + name)
                .asInt();
    }

    private static String path(String index) {
        return "/" + URLEncoder.encode(index, StandardCharsets.UTF_8);
    }
}
