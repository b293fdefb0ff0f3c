package io.sluice.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.transform.CarriedAs;
import org.junit.jupiter.api.Test;

class IndexCopyTest {

    private static final String DEFINITION = """
            {"aliases":{"all":{"index_routing":"x","is_write_index":true}},
            "mappings":{"event":{"_meta":{"mine":1},"properties":{"a":{"type":"keyword"}}}},
            "settings":{"index.number_of_shards":"3","index.uuid":"u1","index.blocks.write":"true",
            "index.default_pipeline":"p","index.analysis.analyzer.x.type":"standard"}}
            """;

    private static JsonNode definition() throws Exception {
        return new ObjectMapper().readTree(DEFINITION);
    }

    @Test
    void anIndexHasTheShapeOfTheSourcesAndNothingOfItsOperation() throws Exception {
        ObjectNode body = IndexCopy.body(definition(), 12, null, CarriedAs.DEFAULT, "move");

        assertThat(body.path("settings")).isEqualTo(new ObjectMapper().readTree("""
                {"index.number_of_shards":3,"index.number_of_routing_shards":12,"index.analysis.analyzer.x.type":"standard"}
                """));
        assertThat(body.at("/mappings/properties/a/type").asText()).isEqualTo("keyword");
        assertThat(body.at("/mappings/_meta/sluice/source_uuid").asText()).isEqualTo("u1");
        assertThat(body.at("/mappings/_meta/sluice/migration").asText()).isEqualTo("move");
        assertThat(body.at("/aliases/all/index_routing").asText()).isEqualTo("x");
        assertThat(body.at("/aliases/all").has("is_write_index")).isFalse();
    }

    @Test
    void aSourceThatTellsNoUsableRoutingShardsHasAsManyAsShards() throws Exception {
        for (int unusable : new int[] {0, 2, 4}) {
            assertThat(IndexCopy.body(definition(), unusable, null, CarriedAs.DEFAULT, "move")
                            .at("/settings/index.number_of_routing_shards")
                            .asInt())
                    .isEqualTo(3);
        }
    }

    @Test
    void theFieldsOfTheSourceLeaveTheMarkOfTheTargetAlone() throws Exception {
        ObjectNode fields = IndexCopy.fields(definition(), null);

        assertThat(fields.has("_meta")).isFalse();
        assertThat(fields.at("/properties/a/type").asText()).isEqualTo("keyword");
    }
}
