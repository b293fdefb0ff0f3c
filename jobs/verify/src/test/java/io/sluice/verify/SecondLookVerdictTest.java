package io.sluice.verify;

import static io.sluice.verify.BothSides.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.transform.DocumentRules;
import io.sluice.verify.AnsweringServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of one document when it is looked at again. A replay that is prompt runs in each test, unless it says otherwise. */
class SecondLookVerdictTest {

    private static final String EQUAL = "{\"equal_on_second_look\":1}";
    private static final Answer FORBIDDEN = new Answer(403, "{\"error\":{\"type\":\"security_exception\"}}");

    private BothSides sides;
    private VerifySpec spec;
    private VerifySpec repair;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        sides = new BothSides(folder);
        sides.replayIsPrompt();
        spec = sides.spec(false, DocumentRules.NONE);
        repair = sides.spec(true, DocumentRules.NONE);
        sides.atSource.put("1", "{\"a\":1}");
        sides.atTarget.put("1", "{\"a\":1}");
        sides.atSource.put("2", "{\"a\":2}");
        sides.atTarget.put("2", "{\"a\":9}");
    }

    @AfterEach
    void stop() {
        sides.close();
    }

    private static String line(String verdict, String id, String rest) {
        return "{\"verdict\":\"%s\",\"index\":\"books\",\"id\":\"%s\"%s}".formatted(verdict, id, rest);
    }

    private static String ofSource(String verdict, String id, String rest) {
        return line(verdict, id, ",\"source_index\":\"books\"" + rest);
    }

    private static String reason(String reason) {
        return ",\"reason\":\"" + reason + "\"";
    }

    @Test
    void onlyASourceThatShowsNothingCanDemandNothing() throws Exception {
        sides.bareAtTarget.add("1");
        Seen shown = sides.ofSource("1");
        Seen bareThere = sides.ofTarget("1");

        assertThat(shown.isMetBy(bareThere)).isFalse();
        assertThat(bareThere.isMetBy(shown)).isTrue();
        assertThat(new Sighting(shown, bareThere).isEqual()).isFalse();
    }

    @Test
    void aTargetThatDoesNotStoreTheSourceIsDifferentAndCannotBeMended() throws Exception {
        sides.bareAtTarget.add("1");

        assertThat(told(spec, "1", sides.ofSource("1"), sides.ofTarget("1")))
                .containsExactly(ofSource("different", "1", reason("target_source_not_stored")));
        assertThat(sides.target.asked("_bulk")).isEmpty();
    }

    @Test
    void whatIsMissingIsNotMendedByATargetThatDoesNotStoreIt() throws Exception {
        sides.atTarget.remove("1");
        sides.bareAtTarget.add("1");

        assertThat(told(repair, "1", sides.ofSource("1"), null))
                .containsExactly(
                        ofSource("different", "1", ",\"repaired\":false" + reason("target_source_not_stored")));
        assertThat(sides.target.asked("_bulk")).hasSize(1);
    }

    @Test
    void aDifferenceThatWasSeenIsNotForgottenWhenTheSourceShowsItNoMore() throws Exception {
        Seen before = sides.ofSource("2");
        sides.bareAtSource.add("2");

        assertThat(told(spec, "2", before, sides.ofTarget("2")))
                .containsExactly(ofSource("not_settled", "2", reason("source_not_stored")));
    }

    @Test
    void norIsADocumentOfTheTargetThatTheSourceDidNotShow() throws Exception {
        sides.bareAtSource.add("2");

        assertThat(told(spec, "2", null, sides.ofTarget("2")))
                .containsExactly(line("not_settled", "2", reason("source_not_stored")));
    }

    @Test
    void whatArrivedAsItWasShownIsEqualAlsoWhenItIsShownNoMore() throws Exception {
        Seen before = sides.ofSource("1");
        sides.bareAtSource.add("1");

        assertThat(told(spec, "1", before, null)).containsExactly(EQUAL);
    }

    @Test
    void whatTheSourceNeverShowedWasCountedWhenItWasRead() throws Exception {
        sides.bareAtSource.add("1");

        assertThat(told(spec, "1", sides.ofSource("1"), null)).isEmpty();
    }

    @Test
    void whatTheSourceNeverShowedIsMissingWhereTheTargetLacksItAndTheReplayIsPast() throws Exception {
        sides.bareAtSource.add("1");
        sides.atTarget.remove("1");

        assertThat(told(spec, "1", sides.ofSource("1"), null))
                .containsExactly(ofSource("missing", "1", reason("source_not_stored")));
    }

    @Test
    void itIsNotMissingBeforeTheReplayIsPast() throws Exception {
        sides.replayIsAt(Instant.EPOCH);
        sides.bareAtSource.add("1");
        sides.atTarget.remove("1");

        assertThat(told(spec, "1", sides.ofSource("1"), null))
                .containsExactly(ofSource("not_settled", "1", reason("source_not_stored")));
    }

    /** The replay brings it before the other side is asked, whichever was asked first. */
    @Test
    void whatIsWrittenBetweenTheTwoReadsIsNoDifference() throws Exception {
        Seen before = sides.ofSource("1");
        sides.toSource = asked -> {
            Answer answer = sides.ofSource(asked);
            if (asked.is("_mget")) {
                sides.atSource.put("1", "{\"a\":5}");
                sides.atTarget.put("1", "{\"a\":5}");
            }
            return answer;
        };
        assertThat(told(spec, "1", before, null)).containsExactly(EQUAL);
    }

    @Test
    void norIsWhatIsWrittenWhenTheTargetWasReadFirst() throws Exception {
        Seen before = sides.ofSource("1");
        sides.toTarget = asked -> {
            Answer answer = sides.ofTarget(asked);
            sides.atSource.put("1", "{\"a\":5}");
            sides.atTarget.put("1", "{\"a\":5}");
            return answer;
        };
        assertThat(told(spec, "1", before, null)).containsExactly(EQUAL);
    }

    @Test
    void whatChangesAllTheTimeIsDifferentWhereTheTargetIsAheadOfTheSource() throws Exception {
        Seen before = sides.ofSource("2");
        changeWheneverAsked();
        sides.versions.put("2", 3L); // the source is at 2

        assertThat(told(spec, "2", before, sides.ofTarget("2")))
                .singleElement()
                .asString()
                .startsWith("{\"verdict\":\"different\"");
    }

    @Test
    void butNotWhereItIsNot() throws Exception {
        Seen before = sides.ofSource("2");
        changeWheneverAsked();
        sides.versions.put("2", 2L);

        assertThat(told(spec, "2", before, sides.ofTarget("2")))
                .singleElement()
                .asString()
                .startsWith("{\"verdict\":\"not_settled\"");
    }

    private void changeWheneverAsked() {
        AtomicInteger asked = new AtomicInteger();
        sides.toSource = question -> {
            sides.atSource.put("2", "{\"a\":1%d}".formatted(asked.incrementAndGet()));
            return sides.ofSource(question);
        };
    }

    @Test
    void aRepairThatANewerWriteSupersededIsLookedAtAgain() throws Exception {
        sides.versions.put("2", 8L);
        sides.toTarget = asked -> {
            Answer answer = sides.ofTarget(asked);
            if (asked.is("_bulk")) {
                sides.atSource.put("2", "{\"a\":3}"); // the write of version 8, whose replay is not confirmed yet
                assertThat(answer.body()).contains("409");
            } else if (asked.is("_mget") && !sides.target.asked("_bulk").isEmpty()) {
                sides.atTarget.put("2", "{\"a\":3}");
            }
            return answer;
        };

        assertThat(told(repair, "2", sides.ofSource("2"), sides.ofTarget("2"))).containsExactly(EQUAL);
        assertThat(sides.target.asked("_bulk")).hasSize(1);
        assertThat(journaled()).isEmpty(); // nor does a restart say that it was mended
    }

    private List<Journal.Line> journaled() throws Exception {
        List<Journal.Line> lines = new ArrayList<>();
        new Journal(repair, 0).read(lines::add);
        return lines;
    }

    @Test
    void aRepairThatStaysSupersededIsRefused() throws Exception {
        sides.versions.put("2", 8L);

        assertThat(told(repair, "2", sides.ofSource("2"), sides.ofTarget("2")))
                .containsExactly(
                        ofSource(
                                "different",
                                "2",
                                ",\"paths\":[\"a\"],\"repaired\":false"
                                        + reason(
                                                "the target holds a higher version than the source's: something else wrote to it")));
        assertThat(sides.atTarget).containsEntry("2", "{\"a\":9}");
    }

    @Test
    void repairsCarryTheSourcesSequence() throws Exception {
        told(repair, "2", sides.ofSource("2"), sides.ofTarget("2"));

        assertThat(sides.target.asked("_bulk").get(0).body())
                .startsWith("{\"index\":{\"_index\":\"books\",\"_id\":\"2\",\"version\":2,"
                        + "\"version_type\":\"external_gte\"}}\n");
    }

    @Test
    void withoutAFenceAnExtraIsDeletedOnlyAsItWasSeen() throws Exception {
        sides.atSource.remove("2");
        sides.seqNos.put("2", 6L);
        boolean[] isWritten = {false};
        sides.toTarget = asked -> {
            if (asked.is("_bulk") && !isWritten[0]) {
                isWritten[0] = true;
                sides.seqNos.put("2", 7L); // somebody writes it once more
                sides.atSource.put("2", "{\"a\":9}");
            }
            return sides.ofTarget(asked);
        };

        VerifySpec unfenced = VerifySpecs.unfenced(repair);
        assertThat(told(unfenced, "2", null, sides.ofTarget("2"))).containsExactly(EQUAL);
        assertThat(sides.target.asked("_bulk").get(0).body())
                .isEqualTo("{\"delete\":{\"_index\":\"books\",\"_id\":\"2\",\"if_seq_no\":6,\"if_primary_term\":1}}\n");
        assertThat(sides.atTarget).containsKey("2");
    }

    @Test
    void withoutAFenceWhatIsMissingIsCreatedAndWhatIsDifferentBoundToWhatWasSeen() throws Exception {
        VerifySpec unfenced = VerifySpecs.unfenced(repair);
        told(unfenced, "2", sides.ofSource("2"), sides.ofTarget("2"));
        assertThat(sides.target.asked("_bulk").get(0).body())
                .startsWith("{\"index\":{\"_index\":\"books\",\"_id\":\"2\",\"if_seq_no\":2,\"if_primary_term\":1}}\n");

        sides.atTarget.remove("1");
        told(unfenced, "1", sides.ofSource("1"), null);
        assertThat(sides.target.asked("_bulk").get(1).body())
                .startsWith("{\"create\":{\"_index\":\"books\",\"_id\":\"1\"}}\n");
        assertThat(sides.atTarget).isEqualTo(sides.atSource);
    }

    @Test
    void aSideThatAlwaysForbidsItEndsTheJobAtOnce() throws Exception {
        Seen source = sides.ofSource("2");
        Seen target = sides.ofTarget("2");
        sides.toSource = asked -> FORBIDDEN;
        assertThatThrownBy(() -> told(spec, "2", source, target))
                .isInstanceOf(SuppressRestartsException.class)
                .hasRootCauseMessage("the source was asked for the settings and answered 403 security_exception: ");
        assertThat(sides.source.asked("_settings")).hasSize(1);

        sides.toTarget = asked -> FORBIDDEN;
        assertThatThrownBy(() -> told(spec, "2", source, target)).isInstanceOf(SuppressRestartsException.class);
        assertThat(sides.target.asked("_mget")).hasSize(2);
    }

    @Test
    void anIndexThatIsGoneIsNotMadeByARepair() throws Exception {
        sides.atTarget.clear();
        sides.toTarget = asked -> asked.is("_settings") ? new Answer(404, "{}") : sides.ofTarget(asked);

        assertThat(told(repair, "1", sides.ofSource("1"), null))
                .containsExactly(ofSource(
                        "missing",
                        "1",
                        ",\"repaired\":false" + reason("the target's index was made anew or deleted meanwhile")));
        assertThat(sides.target.asked("_bulk")).isEmpty();
    }

    @Test
    void anIndexThatWasMadeAnewIsNotWrittenToAlsoWhileItIsTriedAgain() throws Exception {
        VerifySpec planned = VerifySpecs.of(
                repair, new Incarnations("", Map.of("books", "u")), new Incarnations("", Map.of("books", "v")));
        boolean[] isMade = {false};
        sides.toTarget = asked -> {
            if (asked.is("_settings") && isMade[0]) {
                return Answer.of("{\"books\":{\"settings\":{\"index\":{\"uuid\":\"w\"}}}}");
            }
            if (asked.is("_bulk")) {
                isMade[0] = true;
                return Answer.of("{\"items\":[{\"index\":{\"status\":429,\"error\":{\"type\":\"rejected\"}}}]}");
            }
            return sides.ofTarget(asked);
        };

        assertThat(told(planned, "2", sides.ofSource("2"), sides.ofTarget("2")))
                .containsExactly(ofSource(
                        "different",
                        "2",
                        ",\"paths\":[\"a\"],\"repaired\":false"
                                + reason("the target's index was made anew or deleted meanwhile")));
        assertThat(sides.target.asked("_bulk")).hasSize(1);
    }

    @Test
    void nothingIsWrittenOfASourceThatWasMadeAnew() throws Exception {
        VerifySpec planned = VerifySpecs.of(repair, new Incarnations("", Map.of("books", "before")), Incarnations.NONE);

        assertThat(told(planned, "2", sides.ofSource("2"), sides.ofTarget("2")))
                .containsExactly(ofSource(
                        "different",
                        "2",
                        ",\"paths\":[\"a\"],\"repaired\":false"
                                + reason("the source's index was made anew or deleted meanwhile")));
        assertThat(sides.target.asked("_bulk")).isEmpty();
    }

    @Test
    void whatIsWrittenAndThenWrittenOverIsToldAsRepaired() throws Exception {
        int[] times = {0};
        sides.toTarget = asked -> {
            Answer answer = sides.ofTarget(asked);
            if (asked.is("_bulk") && times[0]++ == 0) {
                sides.atTarget.put("2", "{\"a\":7}"); // the replay, which puts it right in a moment
            } else if (asked.is("_mget") && times[0]++ == 1) {
                sides.atTarget.put("2", "{\"a\":2}");
            }
            return answer;
        };

        assertThat(told(repair, "2", sides.ofSource("2"), sides.ofTarget("2")))
                .containsExactly(ofSource("different", "2", ",\"paths\":[\"a\"],\"repaired\":true"));
    }

    @Test
    void itemsThatTheTargetHasNoTimeForAreSentAgain() throws Exception {
        int[] busy = {2};
        sides.toTarget = asked -> asked.is("_bulk") && busy[0]-- > 0
                ? Answer.of("{\"items\":[{\"index\":{\"status\":429,\"error\":{\"type\":\"rejected\"}}}]}")
                : sides.ofTarget(asked);

        assertThat(told(repair, "2", sides.ofSource("2"), sides.ofTarget("2")))
                .containsExactly(ofSource("different", "2", ",\"paths\":[\"a\"],\"repaired\":true"));
        assertThat(sides.target.asked("_bulk")).hasSize(3);
    }

    @Test
    void aRefusalIsToldWithoutItsWordsAsTheseCanQuoteTheDocument() throws Exception {
        sides.toTarget = asked -> asked.is("_bulk")
                ? Answer.of("{\"items\":[{\"index\":{\"status\":400,\"error\":{\"type\":\"mapper_parsing_exception\","
                        + "\"reason\":\"Preview of field's value: 'secret'\"}}}]}")
                : sides.ofTarget(asked);

        assertThat(told(repair, "2", sides.ofSource("2"), sides.ofTarget("2")))
                .containsExactly(ofSource(
                        "different",
                        "2",
                        ",\"paths\":[\"a\"],\"repaired\":false" + reason("400 mapper_parsing_exception")));
    }

    @Test
    @SuppressWarnings("try") // the harness declares that closing it may throw anything
    void whatIsTooMuchForTheTargetIsDoneInHalves() throws Exception {
        sides.toTarget =
                asked -> asked.body().split("\"_id\"", -1).length > 2 ? new Answer(413, "") : sides.ofTarget(asked);
        sides.atTarget.remove("1");

        try (var matcher = BothSides.matcher(repair)) {
            matcher.open();
            matcher.processElement(BothSides.unmatched("1", sides.ofSource("1"), null));
            matcher.processElement(BothSides.unmatched("2", sides.ofSource("2"), null));
            assertThat(BothSides.end(matcher))
                    .containsExactlyElementsOf(List.of(
                            ofSource("different", "2", ",\"paths\":[\"a\"],\"repaired\":true"),
                            ofSource("missing", "1", ",\"repaired\":true")));
        }
        assertThat(sides.atTarget).isEqualTo(sides.atSource);
    }

    @Test
    void troubleWithADocumentIsOftenOver() throws Exception {
        int[] left = {5};
        sides.toTarget = asked -> asked.is("_mget") && left[0]-- > 0
                ? Answer.of("{\"docs\":[{\"_index\":\"books\",\"_id\":\"1\",\"error\":{\"type\":\"no_shard\"}}]}")
                : sides.ofTarget(asked);

        assertThat(told(spec, "1", sides.ofSource("1"), null)).containsExactly(EQUAL);
    }

    @Test
    @SuppressWarnings("try") // the harness declares that closing it may throw anything
    void theSourceIsAskedAtThePaceThatItIsReadAt() throws Exception {
        try (var matcher = BothSides.matcher(VerifySpecs.paced(spec, 10))) {
            matcher.open();
            for (int i = 1; i <= 4; i++) { // two at a time, as a page of this index has two
                matcher.processElement(BothSides.unmatched(String.valueOf(i), sides.ofSource("1"), null));
            }
            BothSides.end(matcher);
        }

        List<AnsweringServer.Asked> asked = sides.source.asked("_mget");
        assertThat(asked.get(1).nanos() - asked.get(0).nanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
    }
}
