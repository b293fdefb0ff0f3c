package io.sluice.replay.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import io.sluice.capture.wire.Cut;
import io.sluice.replay.names.NameEffects;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameChangesTest {

    private final NameChanges changes = new NameChanges(RewriteRules.DEFAULT);

    private static String shown(NameEffects effects) {
        TreeMap<String, Object> leads = new TreeMap<>();
        effects.leads().forEach((name, others) -> leads.put(name, new TreeSet<>(others)));
        return "routed %s, piped %s, leads %s"
                .formatted(new TreeSet<>(effects.routed()), new TreeSet<>(effects.piped()), leads);
    }

    /** A request that is there as a whole, and of whose answer nothing is there yet. */
    private String requested(String line, String body) {
        CapturedExchange exchange =
                Exchanges.of(line, body, 200, "{}").unanswered().captured();
        assertThat(NameChanges.mayConcern(exchange.request().head())).isTrue();
        return shown(changes.of(exchange, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST /_aliases|`{\"actions\":[{\"add\":{\"index\":\"a\",\"alias\":\"x\",\"routing\":\"1\"}},{\"add\":{\"indices\":[\"b\",\"c*\"],\"aliases\":[\"y\",\"z\"],\"search_routing\":\"1\"}},{\"remove\":{\"index\":\"a\",\"alias\":\"w\"}}]}`|`routed [x], piped [], leads {x=[a], y=[b, c*], z=[b, c*]}`",
                "PUT /a,b/_alias/x|`{\"index_routing\":\"1\"}`|`routed [x], piped [], leads {x=[a, b]}`",
                "POST /a/_aliases/x|`{\"index_routing\":null}`|`routed [], piped [], leads {x=[a]}`",
                "PUT /_alias/x|`{\"index\":\"a\",\"routing\":\"1\"}`|`routed [x], piped [], leads {x=[a]}`",
                "PUT /_alias|`{\"index\":\"a\",\"alias\":\"x\",\"routing\":\"1\"}`|`routed [x], piped [], leads {x=[a]}`",
                "PUT /a|``|`routed [], piped [], leads {}`",
                "PUT /a|`{\"settings\":{\"index\":{\"final_pipeline\":\"p\"}},\"aliases\":{\"x\":{\"routing\":\"1\"},\"y\":{}}}`|`routed [x], piped [a], leads {x=[a], y=[a]}`",
                "PUT /%3Ca-%7Bnow%2Fd%7D%3E|`{\"settings\":{\"index.default_pipeline\":\"p\"}}`|`routed [], piped [a-*], leads {}`",
                "PUT /a|`{\"settings\":{\"index.default_pipeline\":\"_none\"}}`|`routed [], piped [], leads {}`",
                "PUT /a,b*,-c/_settings|`{\"index\":{\"default_pipeline\":\"p\"}}`|`routed [], piped [a, b*], leads {}`",
                "PUT /_settings|`{\"settings\":{\"default_pipeline\":\"p\"}}`|`routed [], piped [*], leads {}`",
                "PUT /_all/_settings|`{\"index.final_pipeline\":\"p\"}`|`routed [], piped [*], leads {}`",
                "PUT /a/_settings|`{\"index\":{\"default_pipeline\":null,\"number_of_replicas\":2}}`|`routed [], piped [], leads {}`",
                "POST /x/_rollover/b|`{\"aliases\":{\"y\":{\"routing\":\"1\"}},\"settings\":{\"default_pipeline\":\"p\"}}`|`routed [y], piped [b, x], leads {y=[b, x]}`",
                "PUT /a/_clone/b|`{\"aliases\":{\"y\":{\"routing\":\"1\"}}}`|`routed [y], piped [], leads {a=[b], y=[b]}`",
                "PUT /_template/t|`{\"index_patterns\":[\"a*\",\"b\"],\"settings\":{\"index.default_pipeline\":\"p\"},\"aliases\":{\"{index}-x\":{\"routing\":\"1\"}}}`|`routed [*-x], piped [a*, b], leads {*-x=[a*, b]}`",
                "PUT /_template/t|`{\"template\":\"a*\",\"settings\":{\"index.default_pipeline\":\"p\"}}`|`routed [], piped [a*], leads {}`",
                "PUT /_index_template/t|`{\"index_patterns\":[\"a*\"],\"composed_of\":[\"c\"],\"template\":{\"settings\":{\"final_pipeline\":\"p\"}}}`|`routed [], piped [a*], leads {_component_template/c=[a*]}`",
                "POST /_component_template/c|`{\"template\":{\"settings\":{\"index\":{\"default_pipeline\":\"p\"}},\"aliases\":{\"x\":{\"routing\":\"1\"}}}}`|`routed [x], piped [_component_template/c], leads {x=[_component_template/c]}`"
            })
    void whatARequestDoesToNamesIsReadBeforeItsAnswerIsThere(String line, String body, String expected) {
        assertThat(requested(line, body == null ? "" : body)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT /a/_doc/1",
        "POST /_bulk",
        "POST /a/_update/1",
        "DELETE /a",
        "DELETE /a/_alias/x",
        "PUT /a/_mapping",
        "POST /_index_template/_simulate/t",
        "PUT /_ingest/pipeline/p",
        "POST /a/_search"
    })
    void otherRequestsAreNotLookedAt(String line) {
        CapturedExchange exchange = Exchanges.of(line, "{}", 200, "{}").captured();

        assertThat(NameChanges.mayConcern(exchange.request().head())).isFalse();
        assertThat(changes.of(exchange, true)).isEqualTo(NameEffects.NONE);
    }

    @Test
    void whateverTheFirstLineIsItCanBeLookedAt() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] line = new byte[random.nextInt(40)];
            random.nextBytes(line);
            ByteString noise = ByteString.copyFrom(line);
            for (String before : List.of("", "PUT ", "PUT /", "POST /a%", "PUT /_template/", "PUT /%3Ca-%7B")) {
                NameChanges.mayConcern(ByteString.copyFromUtf8(before).concat(noise));
            }
        }
        assertThat(NameChanges.mayConcern(ByteString.copyFromUtf8("PUT /_template/%%%zz HTTP/1.1\r\n")))
                .isTrue();
    }

    @Test
    void onlyItsAnswerTellsTheIndexThatARolloverMade() {
        Exchanges rollover = Exchanges.of(
                "POST /x/_rollover",
                "{\"settings\":{\"index.default_pipeline\":\"p\"}}",
                200,
                "{\"old_index\":\"a-1\",\"new_index\":\"a-2\",\"rolled_over\":true}");

        assertThat(requested("POST /x/_rollover", "{\"settings\":{\"index.default_pipeline\":\"p\"}}"))
                .isEqualTo("routed [], piped [x], leads {}");
        assertThat(shown(changes.of(rollover.captured(), true)))
                .isEqualTo("routed [], piped [a-2, x], leads {x=[a-2]}");
    }

    @Test
    void ofWhatCannotBeReadAnyNameMayDoAnythingUnlessTheSourceRefusedIt() {
        Exchanges nonsense = Exchanges.of("POST /_aliases", "nonsense", 200, "{\"acknowledged\":true}");
        assertThat(changes.of(nonsense.captured(), false)).isEqualTo(NameEffects.NONE);
        assertThat(changes.of(nonsense.captured(), true)).isEqualTo(NameEffects.ANY);
        assertThat(changes.of(nonsense.unanswered().captured(), true)).isEqualTo(NameEffects.ANY);
        assertThat(changes.of(nonsense.refusedByProxy().captured(), true)).isEqualTo(NameEffects.NONE);
        assertThat(changes.of(
                        Exchanges.of("POST /_aliases", "nonsense", 400, "{}").captured(), true))
                .isEqualTo(NameEffects.NONE);
    }

    @Test
    void aRequestThatItsClientCutWasNotDoneAndOneThatALostRecordCutMayHaveBeen() {
        CapturedExchange cut = Exchanges.of("POST /_aliases", "{\"actio", 200, "{}")
                .cutRequest()
                .captured();
        CapturedPart part = cut.request();
        CapturedPart gap = new CapturedPart(
                part.head(), part.body(), part.trailers(), part.began(), part.ended(), Cut.WHOLE, 7, true, false);
        CapturedExchange lost =
                new CapturedExchange(cut.id(), true, false, cut.client(), gap, cut.answer(), cut.end(), cut.troubles());

        assertThat(changes.of(cut, true)).isEqualTo(NameEffects.NONE);
        assertThat(changes.of(lost, true)).isEqualTo(NameEffects.ANY);
        assertThat(changes.of(withRequest(cut, part, Cut.NOT_RECORDED), true))
                .as("the source may have had what was not recorded")
                .isEqualTo(NameEffects.ANY);
    }

    private static CapturedExchange withRequest(CapturedExchange from, CapturedPart part, Cut cut) {
        CapturedPart other = new CapturedPart(
                part.head(), part.body(), part.trailers(), part.began(), part.ended(), cut, 7, true, true);
        return new CapturedExchange(
                from.id(), true, false, from.client(), other, from.answer(), from.end(), from.troubles());
    }
}
