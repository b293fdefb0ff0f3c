package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.transform.IndexDefinition.Origin;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexDefinitionTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ShardLayout ONE_SHARD = new ShardLayout(1, 1, 1);
    private static final Origin ORIGIN = new Origin("books", "u1");

    @Test
    void keepsWhatDecidesWhereADocumentLiesAndNothingOfTheSourcesOperation() throws IOException {
        JsonNode settings = JSON.readTree("""
                {"index.number_of_shards": "3", "index.blocks.write": "true", "index.default_pipeline": "p",
                 "index.routing.allocation.require.box": "hot", "index.refresh_interval": "-1",
                 "index.analysis.analyzer.a.type": "custom", "index.mapping.total_fields.limit": "5000"}""");

        ObjectNode body = IndexDefinition.of(new ShardLayout(3, 768, 1), settings, mappings("{}"), ORIGIN, false);

        assertThat(body.get("settings")).isEqualTo(JSON.readTree("""
                        {"index.number_of_shards": 3, "index.number_of_routing_shards": 768,
                         "index.analysis.analyzer.a.type": "custom", "index.mapping.total_fields.limit": "5000"}"""));
    }

    /** Without the requirement servers refuse the index. */
    @Test
    void keepsTheSizeOfPartitionsAndRequiresARoutingThen() throws IOException {
        ObjectNode source = mappings("{\"_routing\": {}, \"properties\": {}}");

        JsonNode body = IndexDefinition.of(new ShardLayout(4, 8, 2), JSON.createObjectNode(), source, ORIGIN, false);

        assertThat(body.at("/settings/index.routing_partition_size").asInt()).isEqualTo(2);
        assertThat(body.at("/mappings/_routing/required").asBoolean()).isTrue();
    }

    @Test
    void marksTheTypeWhoseDocumentsTheIndexHas() throws IOException {
        Origin origin = new Origin("books", "u1", "user");

        JsonNode made = IndexDefinition.of(ONE_SHARD, JSON.createObjectNode(), mappings("{}"), origin, false)
                .get("mappings");

        assertThat(Origin.of(made)).isEqualTo(origin).isNotEqualTo(ORIGIN);
    }

    @Test
    void marksTheIndexBesideTheMetaItHas() throws IOException {
        ObjectNode source = mappings("{\"_meta\": {\"owner\": \"us\"}, \"dynamic\": \"true\"}");

        JsonNode made = IndexDefinition.of(ONE_SHARD, JSON.createObjectNode(), source, ORIGIN, false)
                .get("mappings");

        assertThat(made.at("/_meta/owner").asText()).isEqualTo("us");
        assertThat(made.get("dynamic").asText()).isEqualTo("true");
        assertThat(Origin.of(made)).isEqualTo(ORIGIN);
        assertThat(Origin.of(source).isNamed()).isFalse();
    }

    /** What an application wrote of another migration into a mapping of its own is not believed. */
    @Test
    void aMarkNamesItsIndexAloneAndKeepsTheRest() throws IOException {
        ObjectNode made = mappings(
                "{\"_meta\": {\"sluice\": {\"dynamic\": true, \"migration\": \"old\", \"source_uuid\": \"u0\", \"type\": \"t\"}}}");

        IndexDefinition.mark(made, new Origin("books", ""));

        assertThat(made)
                .isEqualTo(mappings("{\"_meta\": {\"sluice\": {\"dynamic\": true, \"migration\": \"books\"}}}"));
        assertThat(Origin.of(made).isNamed()).isTrue();
    }

    @Test
    void saysWhoseAnIndexIsAndWhoseItShouldBe() throws IOException {
        Map<String, Origin> found = Origin.ofEach(
                mappings(
                        "{\"a\": {\"mappings\": {\"_meta\": {\"sluice\": {\"migration\": \"films\", \"source_uuid\": \"u9\"}}}}}"));

        assertThat(found).containsExactly(Map.entry("a", new Origin("films", "u9")));
        assertThat(ORIGIN.against("a", found.get("a")))
                .isEqualTo("target index a exists and it was made by migration films from source index u9;"
                        + " expected migration books from source index u1");
        assertThat(ORIGIN.against("b", Origin.of(mappings("{}")))).contains("it was not made by a migration");
    }

    @Test
    void writesDynamicAsStrictAndRemembersItWhereReplayWillFollow() throws IOException {
        JsonNode absent = IndexDefinition.of(ONE_SHARD, JSON.createObjectNode(), mappings("{}"), ORIGIN, true)
                .get("mappings");
        JsonNode runtime = IndexDefinition.of(
                        ONE_SHARD, JSON.createObjectNode(), mappings("{\"dynamic\": \"false\"}"), ORIGIN, true)
                .get("mappings");

        assertThat(absent.get("dynamic").asText()).isEqualTo("strict");
        assertThat(absent.at("/_meta/sluice").get("dynamic").isNull()).isTrue();
        assertThat(runtime.get("dynamic").asText()).isEqualTo("false");
    }

    /** The target knows no source that is made of other fields, and would refuse the index. */
    @Test
    void leavesOutHowASourceIsMadeOfOtherFields() throws IOException {
        JsonNode settings = JSON.readTree("""
                {"index.mapping.source.mode": "synthetic", "index.mapping.synthetic_source_keep": "arrays",
                 "index.mapping.ignore_malformed": "true"}""");

        JsonNode body = IndexDefinition.of(
                ONE_SHARD, settings, mappings("{\"_source\": {\"mode\": \"synthetic\"}}"), ORIGIN, false);
        JsonNode disabled = IndexDefinition.of(
                ONE_SHARD, settings, mappings("{\"_source\": {\"mode\": \"disabled\"}}"), ORIGIN, false);

        assertThat(body.at("/mappings/_source")).isEqualTo(JSON.readTree("{}"));
        assertThat(disabled.at("/mappings/_source")).isEqualTo(JSON.readTree("{\"enabled\": false}"));
        assertThat(body.get("settings").fieldNames())
                .toIterable()
                .contains("index.mapping.ignore_malformed")
                .noneMatch(key -> key.contains("source"));
    }

    private static ObjectNode mappings(String json) throws IOException {
        return (ObjectNode) JSON.readTree(json);
    }
}
