package io.sluice.verify;

import static io.sluice.verify.BothSides.end;
import static io.sluice.verify.BothSides.key;
import static io.sluice.verify.BothSides.matcher;
import static io.sluice.verify.BothSides.unmatched;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.transform.DocumentRules;
import io.sluice.verify.AnsweringServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a verification: what did not match is looked at again, mended, and told; and what a crash in that time leaves. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class SecondLookTest {

    private BothSides sides;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        sides = new BothSides(folder);
        sides.atSource.put("1", "{\"a\":1,\"b\":1}");
        sides.atSource.put("2", "{\"a\":2,\"b\":2}");
        sides.atTarget.put("2", "{\"a\":2,\"b\":9}");
        sides.atTarget.put("3", "{\"a\":3}");
    }

    @AfterEach
    void stop() {
        sides.close();
    }

    /** All three that do not match. */
    private void takeAll(KeyedOneInputStreamOperatorTestHarness<String, Tuple2<String, byte[]>, String> matcher)
            throws Exception {
        matcher.processElement(unmatched("1", sides.ofSource("1"), null));
        matcher.processElement(unmatched("2", sides.ofSource("2"), null));
        matcher.processElement(unmatched("2", null, sides.ofTarget("2")));
        matcher.processElement(unmatched("3", null, sides.ofTarget("3")));
    }

    private static final List<String> ALL_MENDED = List.of(
            "{\"verdict\":\"different\",\"index\":\"books\",\"id\":\"2\",\"source_index\":\"books\",\"paths\":[\"b\"],\"repaired\":true}",
            "{\"verdict\":\"extra\",\"index\":\"books\",\"id\":\"3\",\"repaired\":true}",
            "{\"verdict\":\"missing\",\"index\":\"books\",\"id\":\"1\",\"source_index\":\"books\",\"repaired\":true}");

    @Test
    void whatWasMendedBeforeACrashIsListedAfterIt() throws Exception {
        VerifySpec spec = sides.spec(true, DocumentRules.NONE);
        OperatorSubtaskState checkpoint;
        try (var before = matcher(spec)) {
            before.open();
            takeAll(before);
            checkpoint = before.snapshot(1, 1);
            assertThat(end(before)).containsExactlyElementsOf(ALL_MENDED);
        }
        assertThat(sides.atTarget).isEqualTo(sides.atSource);
        int bulks = sides.target.asked("_bulk").size();

        // What was told is lost with the process, as no checkpoint had it.
        try (var after = matcher(spec)) {
            after.initializeState(checkpoint);
            after.open();
            assertThat(end(after)).containsExactlyElementsOf(ALL_MENDED);
        }
        assertThat(sides.target.asked("_bulk")).hasSize(bulks);
    }

    @Test
    void itIsListedAlsoWhenItsPartWasReadAnewAndMatched() throws Exception {
        VerifySpec spec = sides.spec(true, DocumentRules.NONE);
        try (var before = matcher(spec)) {
            before.open();
            takeAll(before);
            assertThat(end(before)).containsExactlyElementsOf(ALL_MENDED);
        }

        try (var after = matcher(spec)) {
            after.open();
            assertThat(end(after)).containsExactlyElementsOf(ALL_MENDED);
        }
    }

    @Test
    void whatWasAboutToBeMendedIsListedWhenItWas() throws Exception {
        VerifySpec spec = sides.spec(true, DocumentRules.NONE);
        Journal journal = new Journal(spec, 0);
        journal.next();
        journal.keep(List.of(
                new Journal.Line(key("1"), missing("1"), false), new Journal.Line(key("7"), missing("7"), false)));
        sides.atTarget.putAll(sides.atSource);
        sides.atTarget.remove("3");

        try (var matcher = matcher(spec)) {
            matcher.open();
            matcher.processElement(
                    unmatched("1", sides.ofSource("1"), null)); // as a checkpoint has it; 7 was read again, and matched
            assertThat(end(matcher)).containsExactly(mended("1"), mended("7"));
        }
        assertThat(sides.target.asked("_bulk")).isEmpty();
    }

    private static String missing(String id) {
        return "{\"verdict\":\"missing\",\"index\":\"books\",\"id\":\"%s\"}".formatted(id);
    }

    private static String mended(String id) {
        return "{\"verdict\":\"missing\",\"index\":\"books\",\"id\":\"%s\",\"repaired\":true}".formatted(id);
    }

    @Test
    void whatACheckpointHasAsToldIsNotToldAgain() throws Exception {
        VerifySpec spec = sides.spec(false, DocumentRules.NONE);
        OperatorSubtaskState checkpoint;
        try (var before = matcher(spec)) {
            before.open();
            takeAll(before);
            assertThat(end(before)).hasSize(3).noneMatch(line -> line.contains("repaired"));
            checkpoint = before.snapshot(1, 1);
        }

        try (var after = matcher(spec)) {
            after.initializeState(checkpoint);
            after.open();
            assertThat(end(after)).isEmpty();
        }
    }

    @Test
    void whatTheQueryDoesNotChooseIsExtraAndFieldsThatAreDroppedDoNotCount() throws Exception {
        DocumentRules onlyOnes = new DocumentRules("{\"term\":{\"a\":1}}", 1, List.of("a"));
        sides.atTarget.put("1", "{\"b\":1}");
        sides.atTarget.put("2", "{\"b\":2}");

        try (var matcher = matcher(sides.spec(false, onlyOnes))) {
            matcher.open();
            matcher.processElement(unmatched("1", sides.ofSource("1"), null));
            matcher.processElement(unmatched("2", null, sides.ofTarget("2")));
            assertThat(end(matcher))
                    .containsExactly(
                            "{\"equal_on_second_look\":1}", "{\"verdict\":\"extra\",\"index\":\"books\",\"id\":\"2\"}");
        }
    }

    @Test
    void aSourceThatHasTooMuchToDoIsAskedAgain() throws Exception {
        int[] left = {2};
        sides.toSource = asked -> asked.is("_mget") && left[0]-- > 0 ? Answer.busy() : sides.ofSource(asked);
        sides.atTarget.put("1", "{\"b\":1,\"a\":1}");

        try (var matcher = matcher(sides.spec(false, DocumentRules.NONE))) {
            matcher.open();
            matcher.processElement(unmatched("1", sides.ofSource("1"), null));
            assertThat(end(matcher)).containsExactly("{\"equal_on_second_look\":1}");
        }
        assertThat(sides.source.asked("_mget")).hasSize(3);
    }

    @Test
    void whatIsWrittenWhileItIsLookedAtHasToBeReplayedFirst() throws Exception {
        sides.replayIsAt(Instant.now().plusSeconds(3_600));
        boolean[] isWritten = {false};
        sides.toSource = asked -> {
            if (asked.is("_mget") && !isWritten[0]) {
                isWritten[0] = true;
                sides.replayIsAt(Instant.now().plusSeconds(1)); // less than the clocks may differ by
            }
            return sides.ofSource(asked);
        };

        try (var matcher = matcher(sides.spec(false, DocumentRules.NONE))) {
            matcher.open();
            matcher.processElement(unmatched("1", new Seen(0, 0, false, 0, "books", null), null));
            assertThat(end(matcher))
                    .containsExactly(
                            "{\"verdict\":\"not_settled\",\"index\":\"books\",\"id\":\"1\",\"source_index\":\"books\"}");
        }
    }
}
