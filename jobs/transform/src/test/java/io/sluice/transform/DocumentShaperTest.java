package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentShaperTest {

    @Test
    void handsOnTheVeryBytesWhenNoRuleWantsAnythingElse() throws Exception {
        byte[] source = " {\"a\": 1.0}".getBytes(UTF_8);
        DocumentShaper shaper = new DocumentShaper(DocumentRules.NONE);

        assertThat(shaper.shape(source, 1, source.length - 1)).isTrue();
        assertThat(shaper.bytes()).isSameAs(source);
        assertThat(shaper.offset()).isEqualTo(1);
        assertThat(shaper.length()).isEqualTo(source.length - 1);
    }

    @Test
    void asksTheQueryOfWhatIsDroppedAfterwards() throws Exception {
        DocumentShaper shaper =
                new DocumentShaper(new DocumentRules("{\"term\":{\"secret\":\"x\"}}", 1, List.of("secret")));
        byte[] wanted = "---\nsecret: x\na: 1".getBytes(UTF_8);
        byte[] other = "{\"secret\":\"y\"}".getBytes(UTF_8);

        assertThat(shaper.shape(other, 0, other.length)).isFalse();
        assertThat(shaper.shape(wanted, 0, wanted.length)).isTrue();
        assertThat(new String(shaper.bytes(), shaper.offset(), shaper.length(), UTF_8))
                .isEqualTo("{\"a\":1}");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5})
    void samplesAsManyAsAskedHoweverIdsAreMade(double part) {
        DocumentRules rules = new DocumentRules("", part, List.of());
        for (String form : List.of("%d", "user-%08d", "%x", "https://example.org/%d/index")) {
            int chosen = 0;
            for (int i = 0; i < 100_000; i++) {
                chosen += samples(rules, form.formatted(i)) ? 1 : 0;
            }
            assertThat(chosen / 100_000.0).as(form).isCloseTo(part, within(0.1 * part));
        }
    }

    @Test
    void aLargerSampleHasAllOfASmallerOne() {
        DocumentRules small = new DocumentRules("", 0.01, List.of());
        DocumentRules large = new DocumentRules("", 0.1, List.of());
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            if (samples(small, "id" + i)) {
                chosen.add("id" + i);
            }
        }

        assertThat(chosen).isNotEmpty().allMatch(id -> samples(large, id));
        assertThat(small.chooseNoMoreThan(large)).isTrue();
        assertThat(large.chooseNoMoreThan(small)).isFalse();
    }

    @Test
    void theSampleOfAnIdNeverChanges() {
        assertThat(SampledIds.place("id-1".getBytes(UTF_8), 4)).isCloseTo(PLACE_OF_ID_1, within(1e-9));
    }

    @Test
    void anotherQueryMayChooseOthers() {
        DocumentRules all = DocumentRules.NONE;
        DocumentRules some = new DocumentRules("{\"match_all\":{}}", 1, List.of());

        assertThat(some.chooseNoMoreThan(all)).isTrue();
        assertThat(some.chooseNoMoreThan(some)).isTrue();
        assertThat(all.chooseNoMoreThan(some)).isFalse();
    }

    @Test
    void refusesASampleOfNothing() {
        assertThatThrownBy(() -> new DocumentRules("", 0, List.of())).hasMessage("a sample of 0.0");
    }

    /** Of the first release; a sample taken by one and compared by another must be of the same documents. */
    private static final double PLACE_OF_ID_1 = 0.9549930070061237;

    private static boolean samples(DocumentRules rules, String id) {
        byte[] bytes = id.getBytes(UTF_8);
        return rules.samples(bytes, bytes.length);
    }
}
