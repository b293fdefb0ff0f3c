package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClusterProcessIT {

    private static final int DOCUMENTS = 20;

    private static ServerSetup setup(Distribution distribution) {
        return ServerSetup.of(distribution).withHeapMegabytes(256).withRepositories(Path.of("repositories"));
    }

    @Test
    void ofThreeNodesAnyMayBeKilledAndComesBackWithItsData() throws Exception {
        try (ClusterProcess cluster = ClusterProcess.start(setup(Distributions.ES_7_10_2), 3)) {
            URI endpoint = cluster.endpoint();
            assertThat(names(endpoint)).containsExactlyInAnyOrder("node-1", "node-2", "node-3");
            fill(endpoint);
            for (ServerProcess victim : Stream.of(cluster.primaryOf("books", 0), cluster.master())
                    .distinct()
                    .toList()) {
                killed(cluster, victim);
                victim.restart();
                cluster.awaitAll();
                assertThat(count(victim.endpoint())).isEqualTo(DOCUMENTS);
            }
            assertTakesSnapshot(cluster);
        }
    }

    private static void fill(URI endpoint) throws IOException {
        Servers.succeed(endpoint, "PUT", "/books", "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":1}}");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < DOCUMENTS; i++) {
            lines.append("{\"index\":{\"_id\":\"%d\"}}\n{\"n\":%d}\n".formatted(i, i));
        }
        Servers.succeed(endpoint, "POST", "/books/_bulk?wait_for_active_shards=all", lines.toString());
    }

    /** The others go on, with a primary of their own. */
    private static void killed(ClusterProcess cluster, ServerProcess victim) throws IOException {
        long pid = victim.pid();
        victim.kill();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        cluster.awaitAll();
        ServerProcess other = cluster.nodes().stream()
                .filter(ServerProcess::isAlive)
                .findFirst()
                .orElseThrow();
        assertThat(cluster.primaryOf("books", 0)).isNotEqualTo(victim);
        assertThat(names(other.endpoint())).hasSize(cluster.nodes().size() - 1).doesNotContain(victim.name());
        assertThat(count(other.endpoint())).isEqualTo(DOCUMENTS);
    }

    private static int count(URI endpoint) throws IOException {
        Servers.succeed(endpoint, "POST", "/books/_refresh", "");
        return Servers.succeed(endpoint, "GET", "/books/_count", "")
                .path("count")
                .asInt();
    }

    private static List<String> names(URI endpoint) throws IOException {
        return Servers.succeed(endpoint, "GET", "/_cat/nodes?format=json&h=name", "")
                .findValuesAsText("name");
    }

    /** Every node writes its shards into the same folder. */
    private static void assertTakesSnapshot(ClusterProcess cluster) throws IOException {
        Path repository = cluster.repositoryFolder().resolve("taken");
        String settings = "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}";
        Servers.succeed(cluster.endpoint(), "PUT", "/_snapshot/repo", settings);
        JsonNode taken = Servers.succeed(cluster.endpoint(), "PUT", "/_snapshot/repo/s1?wait_for_completion=true", "");
        assertThat(taken.at("/snapshot/state").asText()).isEqualTo("SUCCESS");
        assertThat(taken.at("/snapshot/shards/successful").asInt()).isPositive();
    }

    @Test
    void twoNodesOfOpenSearchAreOneCluster() throws Exception {
        try (ClusterProcess cluster = ClusterProcess.start(setup(Distributions.OS_2_19_6), 2)) {
            fill(cluster.endpoint());
            cluster.awaitAll();
            ServerProcess other = cluster.nodes().get(1);
            assertThat(names(other.endpoint())).containsExactlyInAnyOrder("node-1", "node-2");
            assertThat(count(other.endpoint())).isEqualTo(DOCUMENTS);
            assertThat(cluster.master()).isEqualTo(cluster.nodes().get(0));
            killed(cluster, other);
            other.restart();
            cluster.awaitAll();
            assertThat(count(other.endpoint())).isEqualTo(DOCUMENTS);
        }
    }

    @Test
    void refusesWhatIsNoCluster() {
        assertThatThrownBy(() -> ClusterProcess.start(setup(Distributions.ES_7_10_2), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two nodes at least");
        assertThatThrownBy(() -> ClusterProcess.start(setup(Distributions.ES_6_8_23), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 3 of es-6.8.23");
        assertThatThrownBy(() ->
                        ClusterProcess.start(setup(Distributions.ES_7_10_2).withHeapMegabytes(1024), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1024 MB");
    }
}
