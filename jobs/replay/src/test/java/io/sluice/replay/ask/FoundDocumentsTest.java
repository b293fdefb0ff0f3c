package io.sluice.replay.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoundDocumentsTest {

    /** What a parser would print again in another way. */
    private static final String SOURCE =
            "{ \"a\" : 1.10,\"b\":1e2, \"c\":[ 12345678901234567890.5 ],\"é\\u00e9\":\"ü€𝄞\", \"_source\":{\"_id\":\"no\"} }";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aSourceHasTheBytesOfTheAnswer() throws Exception {
        String body = """
                {"docs":[{"_index":"ä","_id":"é1","_version":3,"_seq_no":7,"_primary_term":2,"found":true,"_source":%s},
                {"_index":"b","_type":"event","_id":"2","_routing":"r","_version":1,"found":true,"_source" : %s , "fields":{"x":[1]}}]}
                """.formatted(SOURCE, SOURCE);

        List<FoundDocument> documents = FoundDocuments.ofMget(bytes(body), 2);

        assertThat(documents).allSatisfy(document -> {
            assertThat(document.source()).isNotNull();
            assertThat(document.source().toStringUtf8()).isEqualTo(SOURCE);
            assertThat(document.isFound()).isTrue();
        });
        assertThat(documents.get(0))
                .returns("ä", FoundDocument::index)
                .returns("é1", FoundDocument::id)
                .returns(7L, FoundDocument::seqNo)
                .returns(3L, FoundDocument::version)
                .returns(null, FoundDocument::routing)
                .returns(null, FoundDocument::type);
        assertThat(documents.get(1))
                .returns("event", FoundDocument::type)
                .returns("r", FoundDocument::routing)
                .returns(-1L, FoundDocument::seqNo);
    }

    @Test
    void whatIsMissingAndWhatCannotBeReadAreToldApart() throws Exception {
        String body = """
                {"docs":[{"_index":"a","_type":null,"_id":"1","found":false},
                {"_index":"a","_id":"2","error":{"root_cause":[{"type":"other"}],"type":"no_shard_available_action_exception","reason":"x"}},
                {"_index":"a","_type":"_doc","_id":"3","_version":1,"_seq_no":0,"found":true}]}
                """;

        List<FoundDocument> documents = FoundDocuments.ofMget(bytes(body), 3);

        assertThat(documents.get(0).isFound()).isFalse();
        assertThat(documents.get(0).type()).isNull();
        assertThat(documents.get(0).error()).isEmpty();
        assertThat(documents.get(1).error()).isEqualTo("no_shard_available_action_exception");
        assertThat(documents.get(2).type()).isNull();
        assertThat(documents.get(2).source()).isNull();
        assertThat(documents.get(2).seqNo()).isZero();
    }

    @Test
    void anAnswerThatIsCutOrHasOtherDocumentsIsNotBelieved() {
        String whole = "{\"docs\":[{\"_index\":\"a\",\"_id\":\"1\",\"found\":true,\"_source\":{\"a\":1}}]}";

        for (int length = 0; length < whole.length(); length++) {
            byte[] cut = bytes(whole.substring(0, length));
            assertThatThrownBy(() -> FoundDocuments.ofMget(cut, 1))
                    .as("the first %d", cut.length)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> FoundDocuments.ofMget(bytes(whole), 2)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> FoundDocuments.ofMget(bytes("{\"error\":{}}"), 0))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aHitIsThereAndHasTheNumberByWhichItWasSorted() throws Exception {
        String answer = """
                {"timed_out":false,"_shards":{"failed":0},"hits":{"hits":[
                {"_index":"a","_id":"1","_version":3,"_score":null,"_source":{"n":1.50},"sort":[7,"x"]},
                {"_index":"a","_id":"2","sort":["x",7]}]}}""";

        List<FoundDocument> hits = FoundDocuments.ofSearch(bytes(answer));

        assertThat(hits).allMatch(FoundDocument::isFound);
        assertThat(hits).extracting(FoundDocument::seqNo).containsExactly(7L, -1L);
        assertThat(hits).extracting(FoundDocument::id).containsExactly("1", "2");
    }

    @Test
    void aSearchThatMissedAShardIsNotBelieved() throws Exception {
        String answer = """
                {"took":1,"timed_out":%s,"_shards":{"total":2,"successful":1,"failed":%d,"failures":[{"shard":1}]},"hits":{"total":{"value":1},
                "hits":[{"_index":"a","_id":"1","_score":1.0,"_routing":"x"}]}}
                """;

        assertThat(FoundDocuments.ofSearch(bytes(answer.formatted("false", 0))))
                .singleElement()
                .returns("x", FoundDocument::routing);
        assertThatThrownBy(() -> FoundDocuments.ofSearch(bytes(answer.formatted("false", 1))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> FoundDocuments.ofSearch(bytes(answer.formatted("true", 0))))
                .isInstanceOf(IOException.class);
    }
}
