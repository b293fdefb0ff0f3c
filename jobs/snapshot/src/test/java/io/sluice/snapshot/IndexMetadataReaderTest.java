package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexMetadataReaderTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void severalTypesArePutTogether() throws IOException {
        IndexMetadata index = read("""
                [{"user": {"properties": {"name": {"type": "text", "fields": {"raw": {"type": "keyword"}}}}}},
                 {"order": {"properties": {"total": {"type": "long"}, "name": {"type": "text"}}}}]""");

        assertThat(index.types()).containsExactly("user", "order");
        assertThat(index.conflicts()).isEmpty();
        assertThat(index.mappings()).isEqualTo(JSON.readTree("""
                {"properties": {"name": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
                                "total": {"type": "long"}}}"""));
        assertThat(index.typeMappings().get("order")).isEqualTo(JSON.readTree("""
                {"properties": {"total": {"type": "long"}, "name": {"type": "text"}}}"""));
    }

    @Test
    void theTypesThatHoldNoDocumentsAreNone() throws IOException {
        IndexMetadata index = read("""
                [{"_default_": {"properties": {"a": {"type": "long"}}}},
                 {".percolator": {"properties": {"query": {"type": "object"}}}},
                 {"doc": {"properties": {"b": {"type": "long"}}}}]""");

        assertThat(index.types()).containsExactly("doc");
        assertThat(index.mappings()).isEqualTo(JSON.readTree("{\"properties\": {\"b\": {\"type\": \"long\"}}}"));
    }

    @Test
    void fieldsOfDifferentKindsAreNamedByTheirPaths() throws IOException {
        IndexMetadata index = read("""
                [{"a": {"properties": {"when": {"type": "date"}, "type": {"type": "text"},
                                       "o": {"properties": {"n": {"type": "long"}}}}}},
                 {"b": {"properties": {"when": {"type": "text"}, "type": {"type": "text"},
                                       "o": {"properties": {"n": {"type": "double"}}}}}}]""");

        assertThat(index.conflicts()).containsExactly("when (date, text)", "o.n (long, double)");
    }

    @Test
    void aFieldCalledTypeIsNamedLikeAnyOther() throws IOException {
        IndexMetadata index = read("""
                [{"a": {"properties": {"o": {"properties": {"type": {"type": "text"}}}}}},
                 {"b": {"properties": {"o": {"properties": {"type": {"type": "keyword"}}}}}}]""");

        assertThat(index.conflicts()).containsExactly("o.type (text, keyword)");
    }

    @Test
    void aMappingWithoutATypeHasTheOneOfLaterVersions() throws IOException {
        assertThat(read("[{\"_doc\": {\"properties\": {}}}]").types()).containsExactly("_doc");
        assertThat(read("[{\"_source\": {\"enabled\": false}}]").types()).containsExactly("_doc");
        assertThat(read("[{\"dynamic\": \"strict\", \"properties\": {}}]").types())
                .containsExactly("_doc");
        assertThat(read("[]").types()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "8536000, 1024", // Elasticsearch 8.19
        "9063000, 1024",
        "9064000, 2",
        "9999999, 2",
        "136217827, 1024", // OpenSearch 1
        "137257827, 1024" // OpenSearch 3
    })
    void laterElasticsearchTakesTheHashOfARoutingByTheShards(String created, int routingShards) throws IOException {
        ObjectNode document = (ObjectNode) JSON.readTree("""
                {"books": {"routing_num_shards": 1024, "mappings": [],
                           "settings": {"index.number_of_shards": "2", "index.version.created": "%s"}}}""".formatted(created));

        assertThat(IndexMetadataReader.read("meta-1.dat", "books", document).routingShards())
                .isEqualTo(routingShards);
    }

    @Test
    void primaryTermsAreThoseOfTheShards() throws IOException {
        ObjectNode document = (ObjectNode) JSON.readTree(
                "{\"books\": {\"settings\": {\"index.number_of_shards\": \"2\"}, \"primary_terms\": [3, 1]}}");

        IndexMetadata index = IndexMetadataReader.read("meta", "books", document);

        assertThat(index.primaryTerm(0)).isEqualTo(3);
        assertThat(index.primaryTerm(1)).isEqualTo(1);
        assertThat(read("[]").primaryTerm(0)).isZero();
    }

    private static IndexMetadata read(String mappings) throws IOException {
        ObjectNode document = (ObjectNode)
                JSON.readTree("{\"books\": {\"settings\": {\"index.number_of_shards\": \"2\"}, \"mappings\": %s}}"
                        .formatted(mappings));
        return IndexMetadataReader.read("meta-1.dat", "books", document);
    }
}
