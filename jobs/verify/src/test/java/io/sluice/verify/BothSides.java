package io.sluice.verify;

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
import io.sluice.verify.AnsweringServer.Answers;
import io.sluice.verify.AnsweringServer.Asked;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** An index of one shard on two servers, which keep the rules of versions and conditions. */
final class BothSides implements AutoCloseable {

    static final long VERSION = 1;

    private static final int KEY_GROUPS = 128;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Documents by id. The sequence number of one is the number that it is called, on either side. */
    final Map<String, String> atSource = new ConcurrentSkipListMap<>();

    final Map<String, String> atTarget = new ConcurrentSkipListMap<>();

    /** Of the target's documents, where they are not {@link #VERSION}. */
    final Map<String, Long> versions = new ConcurrentHashMap<>();

    /** Of the target's documents, where they are not the numbers that these are called. */
    final Map<String, Long> seqNos = new ConcurrentHashMap<>();

    /** Ids of documents that a side does not show the source of. */
    final Set<String> bareAtSource = ConcurrentHashMap.newKeySet();

    final Set<String> bareAtTarget = ConcurrentHashMap.newKeySet();

    final AnsweringServer source;
    final AnsweringServer target;
    volatile Answers toSource = this::ofSource;
    volatile Answers toTarget = this::ofTarget;

    private final Path state;

    BothSides(Path state) throws IOException {
        this.state = state;
        source = new AnsweringServer(asked -> toSource.to(asked));
        target = new AnsweringServer(asked -> toTarget.to(asked));
    }

    Answer ofSource(Asked asked) throws IOException {
        if (asked.is("_settings")) {
            return Answer.of("{\"books\":{\"settings\":{\"index\":{\"uuid\":\"u\",\"number_of_shards\":\"1\"}}}}");
        }
        if (asked.is("_stats")) {
            return Answer.of("{\"indices\":{\"books\":{\"shards\":{\"0\":[{\"routing\":{\"primary\":true},"
                    + "\"seq_no\":{\"max_seq_no\":9}}]}}}}");
        }
        return documents(asked, atSource, bareAtSource, Map.of(), Map.of());
    }

    Answer ofTarget(Asked asked) throws IOException {
        if (asked.is("_settings")) {
            return Answer.of("{\"books\":{\"settings\":{\"index\":{\"uuid\":\"v\"}}}}");
        }
        return asked.is("_bulk") ? bulk(asked.body()) : documents(asked, atTarget, bareAtTarget, versions, seqNos);
    }

    private static Answer documents(
            Asked asked,
            Map<String, String> documents,
            Set<String> bare,
            Map<String, Long> versions,
            Map<String, Long> seqNos)
            throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode docs = answer.putArray("docs");
        for (JsonNode doc : JSON.readTree(asked.body()).path("docs")) {
            String id = doc.path("_id").asText();
            String there = documents.get(id);
            ObjectNode one =
                    docs.addObject().put("_index", "books").put("_id", id).put("found", there != null);
            if (there != null) {
                one.put("_version", versions.getOrDefault(id, VERSION))
                        .put("_seq_no", seqNos.getOrDefault(id, Long.parseLong(id)))
                        .put("_primary_term", 1);
            }
            if (there != null && !bare.contains(id)) {
                one.set("_source", JSON.readTree(there));
            }
        }
        return Answer.of(answer.toString());
    }

    private Answer bulk(String body) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        String[] lines = body.split("\n", -1);
        for (int i = 0; i < lines.length && !lines[i].isEmpty(); i++) {
            Map.Entry<String, JsonNode> action =
                    JSON.readTree(lines[i]).properties().iterator().next();
            boolean isDelete = action.getKey().equals("delete");
            ObjectNode item = items.addObject().putObject(action.getKey());
            String document = isDelete ? "" : lines[++i];
            if (isConflict(action.getKey(), action.getValue())) {
                item.put("status", 409).putObject("error").put("type", "version_conflict_engine_exception");
                continue;
            }
            item.put("status", 200);
            String id = action.getValue().path("_id").asText();
            if (isDelete) {
                atTarget.remove(id);
            } else {
                atTarget.put(id, document);
            }
        }
        return Answer.of(answer.toString());
    }

    private boolean isConflict(String operation, JsonNode action) {
        String id = action.path("_id").asText();
        boolean isThere = atTarget.containsKey(id);
        if (action.has("if_seq_no")) {
            return !isThere
                    || action.path("if_seq_no").asLong() != seqNos.getOrDefault(id, Long.parseLong(id))
                    || action.path("if_primary_term").asLong() != 1;
        }
        return operation.equals("create")
                ? isThere
                : action.has("version") && action.path("version").asLong() < versions.getOrDefault(id, VERSION);
    }

    VerifySpec spec(boolean repair, DocumentRules wanted) {
        return VerifySpecs.of(source.address(), target.address(), state, repair, wanted);
    }

    void replayIsAt(Instant moment) throws IOException {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("number", 1).put("state", "running");
        status.put("updated", Instant.now().plusSeconds(3_600).toString()).put("replayed_until", moment.toString());
        new StateFiles(state.toString()).write(JobFiles.status(JobFiles.REPLAY), status);
    }

    /** A replay that confirms what is written at once: nobody waits for it. */
    void replayIsPrompt() throws IOException {
        replayIsAt(Instant.now().plusSeconds(3_600));
    }

    static KeyedOneInputStreamOperatorTestHarness<String, Tuple2<String, byte[]>, String> matcher(VerifySpec spec)
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new Matcher.Factory(spec), one -> one.f0, Types.STRING, KEY_GROUPS, 1, 0);
    }

    static String key(String id) {
        return new DocumentKey("books", id, null).text();
    }

    /** A document of the source as its reader saw it. */
    Seen ofSource(String id) throws IOException {
        return bareAtSource.contains(id) ? bare(Long.parseLong(id)) : seen(atSource, id, Long.parseLong(id));
    }

    /** One of the target. */
    Seen ofTarget(String id) throws IOException {
        return bareAtTarget.contains(id) ? bare(VERSION) : seen(atTarget, id, VERSION);
    }

    private static Seen bare(long mark) {
        return new Seen(0, 0, true, mark, "books", null);
    }

    private static Seen seen(Map<String, String> documents, String id, long mark) throws IOException {
        CanonicalHash hash = new CanonicalHash();
        hash.ofDocument(ByteString.copyFromUtf8(documents.getOrDefault(id, "{}")));
        return new Seen(hash.high(), hash.low(), false, mark, "books", null);
    }

    /** A document that did not match, as its reader hands it on. */
    static StreamRecord<Tuple2<String, byte[]>> unmatched(String id, @Nullable Seen atSource, @Nullable Seen atTarget) {
        return new StreamRecord<>(Tuple2.of(key(id), new Sighting(atSource, atTarget).toBytes()));
    }

    /** What is told at the end, in order. */
    static List<String> end(KeyedOneInputStreamOperatorTestHarness<String, Tuple2<String, byte[]>, String> matcher)
            throws Exception {
        matcher.endInput();
        return matcher.extractOutputValues().stream().sorted().toList();
    }

    /** What is told of one document. */
    @SuppressWarnings("try") // the harness declares that closing it may throw anything
    static List<String> told(VerifySpec spec, String id, @Nullable Seen atSource, @Nullable Seen atTarget)
            throws Exception {
        try (var matcher = matcher(spec)) {
            matcher.open();
            matcher.processElement(unmatched(id, atSource, atTarget));
            return end(matcher);
        }
    }

    @Override
    public void close() {
        source.close();
        target.close();
    }
}
