package io.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.route.Route;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WideningTest {

    private static final HeaderValues NONE = name -> List.of();

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "POST /_bulk?filter_path=errors,items.*.error,items.*.status /_bulk",
                "POST /_bulk?refresh&filter_path=took /_bulk?refresh",
                "POST /logs/t/_bulk?filter_path=items.*._id /logs/t/_bulk",
                "POST /_bulk?filter_path=items.index /_bulk",
                "POST /_bulk?filter_path=-items.*._seq_no /_bulk",
                "POST /_bulk?filter_path=items,-**.error.reason /_bulk",
                "PUT /logs/_doc/1?filter_path=result&pretty&human /logs/_doc/1?pretty&human",
                "POST /logs/_doc?filter_path=_id /logs/_doc",
                "DELETE /logs/_doc/1?filter_path=_version /logs/_doc/1",
                "POST /logs/_update/1?_source=true&filter_path=get /logs/_update/1?_source=true",
                "POST /logs/t/1/_update?filter_path=nothing /logs/t/1/_update",
                "POST /logs/_update_by_query?filter_path=took /logs/_update_by_query",
                "POST /logs/_delete_by_query?filter_path=failures /logs/_delete_by_query",
                "POST /_reindex?filter_path=-failures.cause&wait_for_completion=false /_reindex?wait_for_completion=false",
                "POST /logs/_rollover?filter_path=acknowledged /logs/_rollover",
                "PUT /logs?filter_path=acknowledged /logs",
                "PUT /logs/_mapping?filter_path=x /logs/_mapping"
            })
    void asksTheSourceForAllWhenTheFilterWouldTakeWhatAReplayNeeds(String method, String target, String widened) {
        Widening widening = Widening.of(Route.of(method, target), target, NONE);

        assertThat(widening)
                .isInstanceOfSatisfying(
                        Widening.Widened.class,
                        changed -> assertThat(changed.target()).isEqualTo(widened));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "POST /_bulk",
                "POST /_bulk?refresh=true",
                "POST /_bulk?filter_path=",
                "POST /_bulk?filter_path",
                "POST /_bulk?filter_path=,",
                "POST /_bulk?filter_path=**",
                "POST /_bulk?filter_path=took,errors,items",
                "POST /_bulk?filter_path=items.*",
                "POST /_bulk?filter_path=-took,-items.*._shards",
                "POST /_bulk?filter_path=-items.*._type",
                "PUT /logs/_doc/1?filter_path=-_shards",
                "PUT /logs/_doc/1?filter_path=_*,result,created,found",
                "PUT /logs?filter_path=acknowledged,index",
                "POST /logs/_update_by_query?filter_path=-took,-throttled*",
                "POST /logs/_search?filter_path=hits.hits._id",
                "GET /logs/_doc/1?filter_path=_source",
                "POST /logs/_refresh?filter_path=x",
                "PUT /_cluster/settings?filter_path=x",
                "POST /_bulk?filter_path=took&filter_path=items"
            })
    void leavesARequestAloneWhoseAnswerSaysEnough(String method, String target) {
        assertThat(Widening.of(Route.of(method, target), target, NONE)).isEqualTo(new Widening.Unchanged());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "Authorization!AWS4-HMAC-SHA256 Credential=A/20261001/eu-west-1/es/aws4_request, Signature=ab!signature",
                "authorization!AWS4-ECDSA-P256-SHA256 Credential=A!signature",
                "Authorization!AWS AKIA:sig!signature",
                "Authorization!Digest username=\"u\", uri=\"/_bulk?filter_path=took\"!signature",
                "Authorization!Signature keyId=\"k\"!signature",
                "Signature-Input!sig1=(\"@target-uri\")!signature",
                "Accept!application/yaml!format",
                "Accept!application/vnd.elasticsearch+cbor;compatible-with=8!format",
                "Content-Type!application/cbor!format",
                "Content-Type!Application/YAML; charset=UTF-8!format"
            })
    void marksTheAnswerOfARequestThatMustNotBeTouched(String header, String value, String reason) {
        HeaderValues headers = name -> name.equalsIgnoreCase(header) ? List.of(value) : List.of();

        String target = "/_bulk?filter_path=took";

        assertThat(Widening.of(Route.of("POST", target), target, headers)).isEqualTo(new Widening.Stripped(reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/_bulk?filter_path=took&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab signature",
                "/_bulk?filter_path=took&format=cbor format",
                "/_bulk?filter_path=took&format=YAML format",
                "/_bulk/stream?filter_path=took format",
                "/_bulk?filter_path=took. filter",
                "/_bulk?filter_path=- filter",
                "/_bulk?filter_path=a%5C.b filter",
                "/_bulk?filter_path=took&x=% target",
                "/_bulk?filter_path=took#x target"
            })
    void marksTheAnswerOfATargetThatMustNotBeTouched(String target, String reason) {
        assertThat(Widening.of(Route.of("POST", target), target, NONE)).isEqualTo(new Widening.Stripped(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic dTpw", "ApiKey abc", "Bearer AWS4-HMAC-SHA256", "Negotiate Digest"})
    void touchesRequestsWithOtherCredentials(String credentials) {
        HeaderValues headers = name -> name.equals("Authorization") ? List.of(credentials) : List.of();
        String target = "/_bulk?filter_path=took";

        assertThat(Widening.of(Route.of("POST", target), target, headers)).isInstanceOf(Widening.Widened.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/smile", "*/*", "text/plain", "application/x-ndjson"})
    void touchesRequestsForAnswersThatCanBeFiltered(String mediaType) {
        HeaderValues headers =
                name -> Stream.of("Accept", "Content-Type").anyMatch(name::equals) ? List.of(mediaType) : List.of();
        String target = "/_bulk?filter_path=took";

        assertThat(Widening.of(Route.of("POST", target), target, headers)).isInstanceOf(Widening.Widened.class);
    }
}
