package io.sluice.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what became of documents, by index, and makes the report of it. Not safe for use by several threads. */
final class Account {

    static final String PART = "part";
    static final String READ = "read";
    static final String SOURCE = "source";
    static final String TARGET = "target";
    static final String EQUAL = "equal";
    static final String MISSING = "missing";
    static final String EXTRA = "extra";
    static final String DIFFERENT = "different";
    static final String NOT_SETTLED = "not_settled";
    static final String NOT_COMPARED = "not_compared";
    static final String REPAIRED = "repaired";

    /** Of the source's documents those that were not written since a verification found them equal. */
    static final String UNCHANGED = "unchanged";

    /** Nothing differs, and not all was compared that ought to be. */
    static final String INCOMPLETE = "incomplete";

    static final String EQUAL_AGAIN = "equal_on_second_look";

    /** How many of those that are not settled the source has. */
    private static final String UNDECIDED_THERE = "not_settled_at_source";

    private static final List<String> NOT_EQUAL = List.of(MISSING, EXTRA, DIFFERENT, NOT_SETTLED);

    private static final int MOST_EXAMPLES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, ObjectNode> indices = new TreeMap<>();

    /** By part: one that was read twice, as its end was in no checkpoint, counts once. */
    private final Map<Integer, JsonNode> read = new TreeMap<>();

    private long equalAgain;

    /** Takes a line. */
    void take(String text) {
        JsonNode line = parsed(text);
        if (line.has(EQUAL_AGAIN)) {
            equalAgain += line.path(EQUAL_AGAIN).asLong();
        } else if (line.has(READ)) {
            read.put(line.path(PART).asInt(), line.path(READ));
        } else {
            ObjectNode of = of(line.path(Outcome.INDEX).asText());
            boolean isRepaired = line.path(REPAIRED).asBoolean();
            String verdict = line.path(Outcome.VERDICT).asText();
            boolean isUndecidedThere = verdict.equals(NOT_SETTLED) && line.has("source_index");
            // One that was mended counts as such; how it had differed is told beside it.
            add(of, isRepaired ? REPAIRED : verdict, 1);
            if (isUndecidedThere) {
                add(of, UNDECIDED_THERE, 1);
            }
            if (isRepaired) {
                ObjectNode was = of.withObject("/" + REPAIRED + "_as");
                was.put(verdict, was.path(verdict).asLong() + 1);
            }
            ArrayNode examples = of.withArray("examples");
            if (examples.size() < MOST_EXAMPLES) {
                examples.add(line);
            }
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line of another build: " + line, e);
        }
    }

    private ObjectNode of(String index) {
        return indices.computeIfAbsent(
                index,
                name -> JsonNodeFactory.instance
                        .objectNode()
                        .put(SOURCE, 0)
                        .put(TARGET, 0)
                        .put(MISSING, 0)
                        .put(EXTRA, 0)
                        .put(DIFFERENT, 0)
                        .put(NOT_SETTLED, 0)
                        .put(NOT_COMPARED, 0)
                        .put(REPAIRED, 0));
    }

    private static void add(ObjectNode counts, String name, long more) {
        counts.put(name, counts.path(name).asLong() + more);
    }

    /** What is kept in a checkpoint. */
    String image() {
        ObjectNode image = JsonNodeFactory.instance.objectNode().put(EQUAL_AGAIN, equalAgain);
        ObjectNode all = image.putObject("indices");
        indices.forEach(all::set);
        ObjectNode parts = image.putObject(READ);
        read.forEach((part, of) -> parts.set(String.valueOf(part), of));
        return image.toString();
    }

    /** Takes what was kept. */
    void restore(String text) {
        JsonNode image = parsed(text);
        equalAgain = image.path(EQUAL_AGAIN).asLong();
        image.path("indices").properties().forEach(index -> indices.put(index.getKey(), (ObjectNode) index.getValue()));
        image.path(READ).properties().forEach(part -> read.put(Integer.valueOf(part.getKey()), part.getValue()));
    }

    /**
     * The report, as docs/verify.md explains it. Asked for once, at the end.
     *
     * @param changed indices that are no longer those that were read
     */
    ObjectNode report(VerifySpec spec, Collection<String> changed) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        ObjectNode sums = JsonNodeFactory.instance.objectNode();
        for (String name :
                List.of(SOURCE, TARGET, EQUAL, MISSING, EXTRA, DIFFERENT, NOT_SETTLED, NOT_COMPARED, REPAIRED)) {
            sums.put(name, 0);
        }
        if (spec.source() instanceof VerifySource.InSnapshot snapshot) {
            report.put("snapshot", snapshot.name());
        }
        List<String> readWhole = spec.plan().readWhole();
        if (readWhole != null) {
            sums.put(UNCHANGED, 0);
            readWhole.forEach(report.putObject("since").putArray("read_whole")::add);
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        spec.plan().targetNames().forEach(this::of);
        read.values().forEach(this::addRead);
        read.clear();
        indices.forEach((name, counts) -> {
            ObjectNode index = all.addObject().put("name", name);
            index.put("equal", equal(counts)).setAll(counts);
            sums.properties()
                    .forEach(sum ->
                            add(sums, sum.getKey(), index.path(sum.getKey()).asLong()));
        });
        spec.plan().addIndices(sums, report);
        changed.forEach(report.putArray("changed_indices")::add);
        boolean isWhole = changed.isEmpty() && spec.plan().isWhole();
        report.put(Outcome.VERDICT, !isEqual(sums, report) ? DIFFERENT : isWhole ? EQUAL : INCOMPLETE);
        report.put("run", spec.run()).put("sample", spec.sample());
        report.set("documents", sums);
        report.put(EQUAL_AGAIN, equalAgain);
        report.set("indices", all);
        return report.put("files", spec.folder());
    }

    private void addRead(JsonNode part) {
        part.properties().forEach(index -> {
            ObjectNode of = of(index.getKey());
            for (String name : List.of(SOURCE, TARGET, NOT_COMPARED)) {
                add(of, name, index.getValue().path(name).asLong());
            }
            long unchanged = index.getValue().path(UNCHANGED).asLong();
            if (unchanged > 0) {
                add(of, UNCHANGED, unchanged);
            }
        });
    }

    /** What the source had and the target has just so, mended documents among them. */
    private static long equal(ObjectNode counts) {
        long notEqual = counts.path(MISSING).asLong()
                + counts.path(DIFFERENT).asLong()
                + counts.path(NOT_COMPARED).asLong()
                + counts.path(UNDECIDED_THERE).asLong();
        return Math.max(0, counts.path(SOURCE).asLong() - notEqual);
    }

    private static boolean isEqual(ObjectNode sums, ObjectNode report) {
        return NOT_EQUAL.stream().allMatch(name -> sums.path(name).asLong() == 0)
                && report.path("missing_indices").isEmpty()
                && report.path("extra_indices").isEmpty();
    }
}
