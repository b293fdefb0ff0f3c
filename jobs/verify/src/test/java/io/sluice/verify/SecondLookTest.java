package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.sluice.state.JobFiles;
import io.sluice.state.StateFiles;
import io.sluice.transform.DocumentRules;
import io.sluice.verify.AnsweringServer.Answer;
import io.sluice.verify.AnsweringServer.Asked;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a verification: what did not match is looked at again, mended, and told; and what a crash in that time leaves. */
@SuppressWarnings("try") // the harness declares that closing it may throw anything
class SecondLookTest {

    private static final int KEY_GROUPS = 128;
    private static final long VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Documents by id. The sequence number of one of the source is the number that it is called. */
    private final Map<String, String> atSource = new ConcurrentSkipListMap<>();

    private final Map<String, String> atTarget = new ConcurrentSkipListMap<>();
    private AnsweringServer source;
    private AnsweringServer target;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        source = new AnsweringServer(this::answerOfSource);
        target = new AnsweringServer(this::answerOfTarget);
        atSource.put("1", "{\"a\":1,\"b\":1}");
        atSource.put("2", "{\"a\":2,\"b\":2}");
        atTarget.put("2", "{\"a\":2,\"b\":9}");
        atTarget.put("3", "{\"a\":3}");
    }

    @AfterEach
    void stop() {
        source.close();
        target.close();
    }

    private Answer answerOfSource(Asked asked) throws IOException {
        if (asked.is("_settings")) {
            return Answer.of("{\"books\":{\"settings\":{\"index\":{\"uuid\":\"u\",\"number_of_shards\":\"1\"}}}}");
        }
        if (asked.is("_stats")) {
            return Answer.of("{\"indices\":{\"books\":{\"shards\":{\"0\":[{\"routing\":{\"primary\":true},"
                    + "\"seq_no\":{\"max_seq_no\":9}}]}}}}");
        }
        return documents(asked, atSource);
    }

    private Answer answerOfTarget(Asked asked) throws IOException {
        return asked.is("_bulk") ? bulk(asked.body()) : documents(asked, atTarget);
    }

    private static Answer documents(Asked asked, Map<String, String> documents) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode docs = answer.putArray("docs");
        for (JsonNode doc : JSON.readTree(asked.body()).path("docs")) {
            String id = doc.path("_id").asText();
            String there = documents.get(id);
            ObjectNode one =
                    docs.addObject().put("_index", "books").put("_id", id).put("found", there != null);
            if (there != null) {
                one.put("_version", VERSION).put("_seq_no", Long.parseLong(id)).set("_source", JSON.readTree(there));
            }
        }
        return Answer.of(answer.toString());
    }

    private Answer bulk(String body) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        String[] lines = body.split("\n", -1);
        for (int i = 0; i < lines.length && !lines[i].isEmpty(); i++) {
            JsonNode action = JSON.readTree(lines[i]);
            if (action.has("index")) {
                i++;
                atTarget.put(action.at("/index/_id").asText(), lines[i]);
            } else {
                atTarget.remove(action.at("/delete/_id").asText());
            }
            items.addObject()
                    .putObject(action.has("index") ? "index" : "delete")
                    .put("status", 200);
        }
        return Answer.of(answer.toString());
    }

    private VerifySpec spec(boolean repair, DocumentRules wanted) {
        return VerifySpecs.of(source.address(), target.address(), folder, repair, wanted);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Tuple2<String, byte[]>, String> matcher(
            VerifySpec spec) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new Matcher.Factory(spec), one -> one.f0, Types.STRING, KEY_GROUPS, 1, 0);
    }

    private static String key(String id) {
        return new DocumentKey("books", id, null).text();
    }

    /** A document of the source as its reader saw it. */
    private Seen ofSource(String id) throws IOException {
        return seen(atSource, id, Long.parseLong(id));
    }

    /** One of the target. */
    private Seen ofTarget(String id) throws IOException {
        return seen(atTarget, id, VERSION);
    }

    private static Seen seen(Map<String, String> documents, String id, long mark) throws IOException {
        CanonicalHash hash = new CanonicalHash();
        hash.ofDocument(ByteString.copyFromUtf8(documents.getOrDefault(id, "{}")));
        return new Seen(hash.high(), hash.low(), false, mark, "books", null);
    }

    /** A document that did not match, as its reader hands it on. */
    private static StreamRecord<Tuple2<String, byte[]>> unmatched(
            String id, @Nullable Seen atSource, @Nullable Seen atTarget) {
        return new StreamRecord<>(Tuple2.of(key(id), new Sighting(atSource, atTarget).toBytes()));
    }

    /** All three that do not match. */
    private void takeAll(KeyedOneInputStreamOperatorTestHarness<String, Tuple2<String, byte[]>, String> matcher)
            throws Exception {
        matcher.processElement(unmatched("1", ofSource("1"), null));
        matcher.processElement(unmatched("2", ofSource("2"), null));
        matcher.processElement(unmatched("2", null, ofTarget("2")));
        matcher.processElement(unmatched("3", null, ofTarget("3")));
    }

    /** What is told at the end, in order. */
    private static List<String> end(
            KeyedOneInputStreamOperatorTestHarness<String, Tuple2<String, byte[]>, String> matcher) throws Exception {
        matcher.endInput();
        return matcher.extractOutputValues().stream().sorted().toList();
    }

    private static final List<String> ALL_MENDED = List.of(
            "{\"verdict\":\"different\",\"index\":\"books\",\"id\":\"2\",\"source_index\":\"books\",\"paths\":[\"b\"],\"repaired\":true}",
            "{\"verdict\":\"extra\",\"index\":\"books\",\"id\":\"3\",\"repaired\":true}",
            "{\"verdict\":\"missing\",\"index\":\"books\",\"id\":\"1\",\"source_index\":\"books\",\"repaired\":true}");

    @Test
    void whatWasMendedBeforeACrashIsListedAfterIt() throws Exception {
        VerifySpec spec = spec(true, DocumentRules.NONE);
        OperatorSubtaskState checkpoint;
        try (var before = matcher(spec)) {
            before.open();
            takeAll(before);
            checkpoint = before.snapshot(1, 1);
            assertThat(end(before)).containsExactlyElementsOf(ALL_MENDED);
        }
        assertThat(atTarget).isEqualTo(atSource);
        int bulks = target.asked("_bulk").size();

        // What was told is lost with the process, as no checkpoint had it.
        try (var after = matcher(spec)) {
            after.initializeState(checkpoint);
            after.open();
            assertThat(end(after)).containsExactlyElementsOf(ALL_MENDED);
        }
        assertThat(target.asked("_bulk")).hasSize(bulks);
    }

    @Test
    void itIsListedAlsoWhenItsPartWasReadAnewAndMatched() throws Exception {
        VerifySpec spec = spec(true, DocumentRules.NONE);
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
        VerifySpec spec = spec(true, DocumentRules.NONE);
        Journal journal = new Journal(spec, 0);
        journal.next();
        journal.keep(List.of(
                new Journal.Line(key("1"), missing("1"), false), new Journal.Line(key("7"), missing("7"), false)));
        atTarget.putAll(atSource);
        atTarget.remove("3");

        try (var matcher = matcher(spec)) {
            matcher.open();
            matcher.processElement(
                    unmatched("1", ofSource("1"), null)); // as a checkpoint has it; 7 was read again, and matched
            assertThat(end(matcher)).containsExactly(mended("1"), mended("7"));
        }
        assertThat(target.asked("_bulk")).isEmpty();
    }

    private static String missing(String id) {
        return "{\"verdict\":\"missing\",\"index\":\"books\",\"id\":\"%s\"}".formatted(id);
    }

    private static String mended(String id) {
        return "{\"verdict\":\"missing\",\"index\":\"books\",\"id\":\"%s\",\"repaired\":true}".formatted(id);
    }

    @Test
    void whatACheckpointHasAsToldIsNotToldAgain() throws Exception {
        VerifySpec spec = spec(false, DocumentRules.NONE);
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
        atTarget.put("1", "{\"b\":1}");
        atTarget.put("2", "{\"b\":2}");

        try (var matcher = matcher(spec(false, onlyOnes))) {
            matcher.open();
            matcher.processElement(unmatched("1", ofSource("1"), null));
            matcher.processElement(unmatched("2", null, ofTarget("2")));
            assertThat(end(matcher))
                    .containsExactly(
                            "{\"equal_on_second_look\":1}", "{\"verdict\":\"extra\",\"index\":\"books\",\"id\":\"2\"}");
        }
    }

    @Test
    void aSourceThatHasTooMuchToDoIsAskedAgain() throws Exception {
        source.close();
        int[] left = {2};
        source = new AnsweringServer(
                asked -> asked.is("_mget") && left[0]-- > 0 ? Answer.busy() : answerOfSource(asked));
        atTarget.put("1", "{\"b\":1,\"a\":1}");

        try (var matcher = matcher(spec(false, DocumentRules.NONE))) {
            matcher.open();
            matcher.processElement(unmatched("1", ofSource("1"), null));
            assertThat(end(matcher)).containsExactly("{\"equal_on_second_look\":1}");
        }
        assertThat(source.asked("_mget")).hasSize(3);
    }

    @Test
    void whatIsWrittenWhileItIsLookedAtHasToBeReplayedFirst() throws Exception {
        replayIsAt(Instant.now().plusSeconds(3_600));
        source.close();
        boolean[] isWritten = {false};
        source = new AnsweringServer(asked -> {
            if (asked.is("_mget") && !isWritten[0]) {
                isWritten[0] = true;
                replayIsAt(Instant.now().plusSeconds(1)); // less than the clocks may differ by
            }
            return answerOfSource(asked);
        });

        try (var matcher = matcher(spec(false, DocumentRules.NONE))) {
            matcher.open();
            matcher.processElement(unmatched("1", new Seen(0, 0, false, 0, "books", null), null));
            assertThat(end(matcher))
                    .containsExactly(
                            "{\"verdict\":\"not_settled\",\"index\":\"books\",\"id\":\"1\",\"source_index\":\"books\"}");
        }
    }

    private void replayIsAt(Instant moment) throws IOException {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("number", 1).put("state", "running");
        status.put("updated", Instant.now().plusSeconds(3_600).toString()).put("replayed_until", moment.toString());
        new StateFiles(folder.toString()).write(JobFiles.status(JobFiles.REPLAY), status);
    }
}
