package io.sluice.replay.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.Judgement.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private final Comparison comparison = new Comparison(index -> index.equals("books") ? "shelf" : index);

    private Judgement judge(int sourceStatus, String source, int targetStatus, String target) {
        return comparison.judge(answer(sourceStatus, source), answer(targetStatus, target), false);
    }

    private Judgement judge(String source, String target) {
        return judge(200, source, 200, target);
    }

    private static ReadAnswer answer(int status, String body) {
        return new ReadAnswer(status, ByteString.copyFromUtf8(body.replace('\'', '"')));
    }

    /** A hit of an index with a score. */
    private static String hit(String index, String id, double score) {
        return "{'_index':'%s','_id':'%s','_score':%s,'_source':{'n':1}}".formatted(index, id, score);
    }

    private static String search(String total, String... hits) {
        return "{'took':%d,'timed_out':false,'_shards':{'total':1},'hits':{'total':%s,'max_score':1.0,'hits':[%s]}}"
                .formatted(hits.length, total, String.join(",", hits));
    }

    @Test
    void whatEachClusterHasOfItsOwnDoesNotCount() {
        Judgement judgement = judge(
                "{'_index':'books','_type':'_doc','_id':'1','_version':3,'_seq_no':7,'found':true,'_source':{'a':1,'b':2}}",
                "{'found':true,'_source':{'b':2,'a':1},'_id':'1','_index':'shelf','_version':9,'_seq_no':1}");

        assertThat(judgement.kind()).as("%s", judgement).isEqualTo(Kind.EQUAL);
    }

    @Test
    void aDocumentIsTheUsersAndAllOfItCounts() {
        assertThat(judge("{'found':true,'_source':{'took':1}}", "{'found':true,'_source':{'took':2}}")
                        .differences())
                .containsExactly("_source");
        assertThat(judge("{'found':true,'_source':{'n':1}}", "{'found':false}").differences())
                .containsExactlyInAnyOrder("found", "_source");
    }

    @Test
    void numbersThatNoDoubleHoldsAreCompared() {
        assertThat(judge("{'n':1e400}", "{'n':1e400}").kind()).isEqualTo(Kind.EQUAL);
        assertThat(judge("{'n':1e400}", "{'n':1}").differences()).containsExactly("n");
    }

    @Test
    void statusesCountByTheirClass() {
        assertThat(judge(200, "{}", 404, "{}").differences()).containsExactly("status: 200, 404");
        assertThat(judge(200, "{}", 503, "{}").kind()).isEqualTo(Kind.TARGET_FAILED);
        assertThat(judge(200, "{}", 0, "").kind()).isEqualTo(Kind.TARGET_FAILED);
        assertThat(judge(503, "{}", 200, "{}").kind()).isEqualTo(Kind.SKIPPED);
        assertThat(judge(0, "", 200, "{}").kind()).isEqualTo(Kind.SKIPPED);
    }

    @Test
    void errorsCountByTheirType() {
        String one = "{'error':{'type':'parsing_exception','reason':'[1:2] no'},'status':400}";
        String same = "{'error':{'type':'parsing_exception','reason':'[1:9] never'},'status':400}";
        String other = "{'error':{'type':'illegal_argument_exception','reason':'no'},'status':400}";

        assertThat(judge(400, one, 400, same).kind()).isEqualTo(Kind.EQUAL);
        assertThat(judge(400, one, 400, other).differences()).containsExactly("error.type");
    }

    @Test
    void aTotalMayBeANumberOrAnObject() {
        assertThat(judge(search("1", hit("books", "1", 1)), search("{'value':1,'relation':'eq'}", hit("shelf", "1", 1)))
                        .kind())
                .isEqualTo(Kind.EQUAL);
        assertThat(judge(search("1"), search("{'value':1,'relation':'gte'}")).differences())
                .containsExactly("hits.total");
    }

    @Test
    void hitsOfOneRankMayChangePlacesAndOthersMayNot() {
        String source = search("3", hit("books", "1", 2), hit("books", "2", 1), hit("books", "3", 1));

        assertThat(judge(source, search("3", hit("shelf", "1", 2.5), hit("shelf", "3", 1), hit("shelf", "2", 1)))
                        .kind())
                .isEqualTo(Kind.EQUAL);
        assertThat(judge(source, search("3", hit("shelf", "2", 2), hit("shelf", "1", 1), hit("shelf", "3", 1)))
                        .differences())
                .containsExactly("hits.order");
    }

    @Test
    void whereTheOrderIsAClustersOwnOnlyTheNumberOfHitsCounts() {
        ReadAnswer source = answer(200, search("9", hit("books", "1", 1), hit("books", "2", 1)));
        ReadAnswer others = answer(200, search("9", hit("shelf", "8", 1), hit("shelf", "9", 1)));
        String early = search("9", hit("books", "1", 1), hit("books", "2", 1))
                .replaceFirst("[{]", "{'terminated_early':true,");
        ReadAnswer fewer = answer(200, search("9", hit("shelf", "1", 1)));
        ReadAnswer total = answer(200, search("8", hit("shelf", "1", 1), hit("shelf", "2", 1)));

        assertThat(comparison
                        .judge(source, others, false, Matter.NUMBER_OF_HITS)
                        .kind())
                .isEqualTo(Kind.EQUAL);
        assertThat(comparison
                        .judge(answer(200, early), others, false, Matter.NUMBER_OF_HITS)
                        .kind())
                .as("Elasticsearch says it of later pages, and OpenSearch does not")
                .isEqualTo(Kind.EQUAL);
        assertThat(comparison.judge(source, fewer, false, Matter.NUMBER_OF_HITS).differences())
                .containsExactly("hits.hits.length");
        assertThat(comparison.judge(source, total, false, Matter.NUMBER_OF_HITS).differences())
                .containsExactly("hits.total");
        assertThat(comparison.judge(source, fewer, false, Matter.STATUS).kind()).isEqualTo(Kind.EQUAL);
        assertThat(comparison
                        .judge(source, answer(404, "{}"), false, Matter.STATUS)
                        .differences())
                .containsExactly("status: 200, 404");
    }

    @Test
    void thePlaceInTheSourcesShardsDoesNotCount() {
        String hit = "{'_index':'%s','_id':'%s','sort':[%s]}";
        String source = search("2", hit.formatted("books", "1", "7,1"), hit.formatted("books", "2", "7,2"));

        assertThat(judge(source, search("2", hit.formatted("shelf", "2", "7"), hit.formatted("shelf", "1", "7")))
                        .kind())
                .isEqualTo(Kind.EQUAL);
        assertThat(judge(source, search("2", hit.formatted("shelf", "1", "7"), hit.formatted("shelf", "2", "8")))
                        .differences())
                .containsExactly("hits.1.sort.0");
    }

    @Test
    void otherHitsAreMeasured() {
        Judgement judgement = judge(
                search("2", hit("books", "1", 2), hit("books", "2", 1)),
                search("2", hit("shelf", "1", 2), hit("shelf", "9", 1)));

        assertThat(judgement.differences()).containsExactly("hits.ids");
        assertThat(judgement.hits().overlap()).isEqualTo(0.5);
        assertThat(judgement.hits().jaccard()).isCloseTo(1.0 / 3, within(1e-9));
        assertThat(judgement.hits().rankBiased()).isCloseTo((1 + 0.9 * 0.5) / 1.9, within(1e-9));
    }

    @Test
    void bucketsAndTheirNumbersCountAndComputedOnesMayBeALittleApart() {
        String source = "{'aggregations':{'by':{'buckets':[{'key':'a','doc_count':2,'avg':{'value':0.1}}]}}}";

        assertThat(judge(source, source.replace("0.1}", "0.10000000001}")).kind())
                .isEqualTo(Kind.EQUAL);
        assertThat(judge(source, source.replace("'doc_count':2", "'doc_count':3"))
                        .differences())
                .containsExactly("aggregations.by.buckets.0.doc_count");
        assertThat(judge(source, "{'aggregations':{'by':{'buckets':[]}}}").differences())
                .containsExactly("aggregations.by.buckets.length");
    }

    @Test
    void eachOfManySearchesCounts() {
        String source = "{'responses':[%s,%s]}".formatted(search("0"), search("1", hit("books", "1", 1)));
        String target = "{'responses':[%s,%s]}".formatted(search("0"), search("2", hit("shelf", "1", 1)));

        assertThat(judge(source, target).differences()).containsExactly("responses.1.hits.total");
    }

    @Test
    void whatIsNoJsonIsTheSameOrNot() {
        assertThat(judge("green books", "green books").kind()).isEqualTo(Kind.EQUAL);
        assertThat(judge("green books", "red books").differences()).containsExactly("body");
        assertThat(judge("", "").kind()).isEqualTo(Kind.EQUAL);
    }

    @Test
    void aReadThatSawUnfinishedWritesIsMarked() {
        Judgement judgement = comparison.judge(answer(200, "{'count':1}"), answer(200, "{'count':2}"), true);

        assertThat(judgement.kind()).isEqualTo(Kind.DIFFERENT);
        assertThat(judgement.differences()).isEqualTo(List.of("count"));
        assertThat(judgement.sawUnfinishedWrites()).isTrue();
    }
}
