package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cluster.ServerInfo.Flavor;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real OpenSearch 2. */
class ClusterIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI endpoint = SharedServers.openSearch2().endpoint();
    private Cluster cluster;

    @BeforeEach
    void wipeAndConnect() throws Exception {
        Servers.wipe(endpoint);
        cluster = Cluster.connect(new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void tellsWhatTheClusterRuns() throws Exception {
        assertThat(cluster.info()).isEqualTo(new ServerInfo(Flavor.OPENSEARCH, "2.19.6"));
    }

    @Test
    void tellsTheRealVersionWhenOpenSearchPretendsForOldClients() throws Exception {
        Servers.succeed(
                endpoint,
                "PUT",
                "/_cluster/settings",
                "{\"persistent\":{\"compatibility.override_main_response_version\":true}}");

        ServerInfo info = cluster.info();

        assertThat(Servers.succeed(endpoint, "GET", "/", "")
                        .at("/version/number")
                        .asText())
                .isEqualTo("7.10.2");
        assertThat(info).isEqualTo(new ServerInfo(Flavor.OPENSEARCH, "2.19.6"));
    }

    @Test
    void createsReadsAndDeletesAnIndex() throws Exception {
        cluster.createIndex(
                "books",
                json("{'settings':{'number_of_shards':3},'mappings':{'properties':{'title':{'type':'keyword'}}},"
                        + "'aliases':{'all-books':{}}}"));

        JsonNode definition = cluster.indexDefinition("books").orElseThrow();
        boolean existed = cluster.exists("books");
        cluster.deleteIndex("books");

        assertThat(definition.at("/settings/index/number_of_shards").asText()).isEqualTo("3");
        assertThat(definition.at("/mappings/properties/title/type").asText()).isEqualTo("keyword");
        assertThat(definition.at("/aliases").has("all-books")).isTrue();
        assertThat(existed).isTrue();
        assertThat(cluster.exists("books")).isFalse();
        assertThat(cluster.indexDefinition("books")).isEmpty();
    }

    @Test
    void anAliasHasNoDefinitionOfItsOwn() throws Exception {
        cluster.createIndex("books", json("{'aliases':{'library':{}}}"));

        assertThat(cluster.indexDefinition("library")).isEmpty();
        assertThat(cluster.exists("library")).isTrue();
    }

    @Test
    void namesOfAnyLetterAreEncoded() throws Exception {
        for (String name : List.of("bücher-日本", "a+b", "50%25", "c&d=e", "x;y@z")) {
            cluster.createIndex(name, json("{}"));

            assertThat(cluster.exists(name)).as(name).isTrue();
            assertThat(cluster.indexDefinition(name)).as(name).isPresent();
            assertThat(cluster.indices()).as(name).extracting(IndexLine::name).contains(name);

            cluster.deleteIndex(name);

            assertThat(cluster.exists(name)).as(name).isFalse();
        }
    }

    @Test
    void neverReachesMoreThanTheIndexNamed() throws Exception {
        cluster.createIndex("books", json("{}"));

        for (String name : List.of("*", "book*", "_all", "", "books,others")) {
            assertThatThrownBy(() -> cluster.deleteIndex(name)).isInstanceOf(IllegalArgumentException.class);
        }

        assertThat(cluster.exists("books")).isTrue();
    }

    @Test
    void listsHiddenAndClosedIndicesTooByName() throws Exception {
        cluster.createIndex("open", json("{'settings':{'number_of_shards':1,'number_of_replicas':0}}"));
        cluster.createIndex("hidden", json("{'settings':{'index.hidden':true}}"));
        cluster.createIndex("closed", json("{}"));
        cluster.request("POST", "/closed/_close", null);
        cluster.request("PUT", "/open/_doc/1", json("{'a':1}"));
        cluster.refresh("open");

        List<IndexLine> lines = cluster.indices();

        assertThat(lines).extracting(IndexLine::name).containsExactly("closed", "hidden", "open");
        assertThat(lines.get(0).status()).isEqualTo("close");
        IndexLine open = lines.get(2);
        assertThat(open.health()).isEqualTo("green");
        assertThat(open.status()).isEqualTo("open");
        assertThat(open.documents()).isEqualTo(1);
        assertThat(open.bytes()).isPositive();
        assertThat(open.uuid())
                .isEqualTo(cluster.indexDefinition("open")
                        .orElseThrow()
                        .at("/settings/index/uuid")
                        .asText());
    }

    @Test
    void countsWhatWasRefreshed() throws Exception {
        cluster.createIndex("books", json("{}"));
        cluster.request("PUT", "/books/_doc/1", json("{'a':1}"));
        cluster.request("PUT", "/books/_doc/2", json("{'a':1}"));

        cluster.refresh("books");

        assertThat(cluster.count("books")).isEqualTo(2);
    }

    @Test
    void readsTheLongestBodyThatIsTaken() throws Exception {
        assertThat(cluster.maxContentLength()).hasValue(100L * 1024 * 1024);
    }

    @Test
    void findsThatTheFenceWorksAndLeavesNoIndexBehind() throws Exception {
        FenceProbe probe = cluster.probeFence("sluice-probe");

        assertThat(probe).isEqualTo(new FenceProbe(true, ""));
        assertThat(cluster.indices()).isEmpty();
    }

    @Test
    void tellsWhyTheFenceCouldNotBeTried() throws Exception {
        FenceProbe probe = cluster.probeFence("UPPER");

        assertThat(probe.works()).isFalse();
        assertThat(probe.reason()).contains("invalid_index_name_exception", "must be lowercase");
        assertThat(cluster.indices()).isEmpty();
    }

    @Test
    void aRefusedIndexIsARefusalWithTheClustersOwnWords() throws Exception {
        JsonNode body = json("{'mappings':{'properties':{'v':{'type':'no_such_type'}}}}");

        ClusterException refused =
                catchThrowableOfType(ClusterException.class, () -> cluster.createIndex("books", body));

        assertThat(refused.isRefusal()).isTrue();
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.type()).isEqualTo("mapper_parsing_exception");
        assertThat(refused.reason()).contains("no_such_type");
        assertThat(refused)
                .hasMessageStartingWith("Cannot create the index books at " + endpoint + ": answered with 400 mapper_");
    }

    @Test
    void anIndexThatIsThereAlreadyIsARefusal() throws Exception {
        cluster.createIndex("books", json("{}"));

        ClusterException refused =
                catchThrowableOfType(ClusterException.class, () -> cluster.createIndex("books", json("{}")));

        assertThat(refused.isRefusal()).isTrue();
        assertThat(refused.type()).isEqualTo("resource_already_exists_exception");
    }

    @Test
    void aConflictKeepsItsTypeAndReason() throws Exception {
        cluster.request("PUT", "/books/_doc/1?version=7&version_type=external_gte", json("{}"));

        ClusterException conflict = catchThrowableOfType(
                ClusterException.class,
                () -> cluster.request("PUT", "/books/_doc/1?version=5&version_type=external_gte", json("{}")));

        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.type()).isEqualTo("version_conflict_engine_exception");
        assertThat(conflict.reason()).contains("current version [7]");
        assertThat(conflict.isRefusal()).isTrue();
    }

    @Test
    void aBlockedIndexIsForbiddenNotRefused() throws Exception {
        cluster.createIndex("books", json("{'settings':{'index.blocks.write':true}}"));

        ClusterException blocked =
                catchThrowableOfType(ClusterException.class, () -> cluster.request("PUT", "/books/_doc/1", json("{}")));

        assertThat(blocked.kind()).isEqualTo(ClusterException.Kind.FORBIDDEN);
        assertThat(blocked.isRefusal()).isFalse();
        assertThat(blocked.reason()).contains("index write (api)");
    }

    @Test
    void aPortWithoutTlsIsNotTrusted() throws Exception {
        URI tls = URI.create("https://" + endpoint.getAuthority());

        try (Cluster wrong = Cluster.connect(new ClusterAddress(tls, new Credentials.None(), TlsSettings.DEFAULT))) {
            ClusterException failed = catchThrowableOfType(ClusterException.class, wrong::info);

            assertThat(failed.kind()).isEqualTo(ClusterException.Kind.NOT_TRUSTED);
            assertThat(failed).hasMessageContaining("Check that the port speaks TLS");
        }
    }

    private static JsonNode json(String singleQuoted) throws Exception {
        return JSON.readTree(singleQuoted.replace('\'', '"'));
    }
}
