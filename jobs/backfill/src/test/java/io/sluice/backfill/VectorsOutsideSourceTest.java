package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.snapshot.IndexMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VectorsOutsideSourceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAPPINGS = """
            {"properties": {
              "title": {"type": "text"},
              "cover": {"type": "dense_vector", "dims": 3},
              "pages": {"type": "rank_vectors"},
              "words": {"type": "sparse_vector"},
              "chapters": {"type": "nested", "properties": {"meaning": {"type": "dense_vector", "dims": 3}}}}}""";

    @Test
    void areThoseOfElasticsearch9() throws IOException {
        assertThat(VectorsOutsideSource.of(index("9111000", null)))
                .containsExactly("cover", "pages", "words", "chapters.meaning");
    }

    @Test
    void areNoneWhereTheIndexKeepsThem() throws IOException {
        assertThat(VectorsOutsideSource.of(index("9111000", "false"))).isEmpty();
    }

    @Test
    void areNoneOfAnIndexThatAnEarlierVersionMade() throws IOException {
        assertThat(VectorsOutsideSource.of(index("8537000", null))).isEmpty();
    }

    @Test
    void areNoneOfOpenSearch() throws IOException {
        assertThat(VectorsOutsideSource.of(index("137277827", null))).isEmpty();
    }

    private static IndexMetadata index(String created, String excluded) throws IOException {
        ObjectNode settings = JSON.createObjectNode().put("index.version.created", created);
        if (excluded != null) {
            settings.put("index.mapping.exclude_source_vectors", excluded);
        }
        ObjectNode mappings = (ObjectNode) JSON.readTree(MAPPINGS);
        return new IndexMetadata(
                "books",
                "uuid",
                1,
                1,
                List.of(),
                settings,
                mappings,
                Map.of("_doc", mappings),
                List.of(),
                JSON.createObjectNode(),
                false);
    }
}
