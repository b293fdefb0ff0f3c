package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.backfill.FailureFiles;
import io.sluice.control.state.StateDirectory;
import io.sluice.replay.account.About;
import io.sluice.replay.outcome.OutcomeFiles;
import io.sluice.verify.Listed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What backfill and replay are not sure of, by their failure files and outcome files. Where these do not name documents, it is the
 * whole index; where they name no index either, it is only counted.
 */
final class ListedDocuments {

    /** An index of which more documents are named is taken as a whole. */
    private static final int MOST_OF_INDEX = 100_000;

    private static final String FINISHED = ".ndjson.gz";
    private static final Set<String> UNSURE = Set.of("failed", "unknown");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Set<String>> documents = new TreeMap<>();
    private final Set<String> whole = new TreeSet<>();
    private long unnamed;
    private long exchanges;

    private ListedDocuments() {}

    /** Reads all finished files of a migration. */
    static ListedDocuments read(StateDirectory state) throws IOException {
        ListedDocuments lists = new ListedDocuments();
        FailureFiles failures = new FailureFiles(JobStart.folder(state));
        for (org.apache.flink.core.fs.Path file : failures.list()) {
            failures.read(file, lists::takeFailure);
        }
        for (Path file : outcomes(state.root().resolve(OutcomeFiles.FOLDER))) {
            lists.readOutcomes(file);
        }
        return lists;
    }

    /** In order; what begins with a dot is not finished. */
    private static List<Path> outcomes(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> isFinished(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isFinished(String name) {
        return name.endsWith(FINISHED) && !name.startsWith(".");
    }

    private void readOutcomes(Path file) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                takeOutcome(JSON.readTree(line));
            }
        }
    }

    private void takeFailure(JsonNode line) {
        String target = line.path("target").asText();
        String id = "";
        for (JsonNode action : line.path("action")) {
            id = action.path("_id").asText();
        }
        add(target, id);
    }

    private void takeOutcome(JsonNode line) {
        if (!UNSURE.contains(line.path("verdict").asText())) {
            return;
        }
        exchanges++;
        JsonNode lacks = line.path("lacks");
        boolean areAllNamed = !lacks.isEmpty() && lacks.size() >= unsure(line.path("items"));
        for (JsonNode lack : lacks) {
            String index = lack.path("index").asText();
            areAllNamed &= !index.isEmpty();
            if (!index.isEmpty()) {
                add(index, lack.path("id").asText());
            }
        }
        if (!areAllNamed) {
            takeIndices(line.path("index").asText());
        }
    }

    /** How many items are not sure; a line of one item does not say it. */
    private static long unsure(JsonNode items) {
        return items.isMissingNode()
                ? 1
                : UNSURE.stream()
                        .mapToLong(verdict -> items.path(verdict).asLong())
                        .sum();
    }

    private void takeIndices(String names) {
        if (names.isEmpty()) {
            unnamed++;
            return;
        }
        List<String> all = List.of(names.split(",", -1));
        boolean isCut = names.length() >= About.LONGEST_INDEX;
        for (String name : isCut ? all.subList(0, all.size() - 1) : all) {
            add(name.equals("_all") ? "*" : name, "");
        }
        if (isCut) {
            unnamed++; // the last name is half a name, and there may be more
        }
    }

    private void add(String index, String id) {
        if (whole.contains(index)) {
            return;
        }
        Set<String> ids = documents.computeIfAbsent(index, name -> new TreeSet<>());
        if (!id.isEmpty() && ids.size() < MOST_OF_INDEX) {
            ids.add(id);
        } else {
            documents.remove(index);
            whole.add(index);
        }
    }

    /** All documents of an index are not sure. */
    void addWhole(String index) {
        add(index, "");
    }

    Listed listed() {
        return new Listed(documents, whole);
    }

    /** How many exchanges the outcome files tell of. */
    long exchanges() {
        return exchanges;
    }

    /** How many requests do not name all indices of which they may have changed something. */
    long unnamed() {
        return unnamed;
    }
}
