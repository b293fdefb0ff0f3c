package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the target indices of a migration may hold: {@code contents/<uuid>.json} lists every snapshot that a start was to carry into
 * one since it was made, in the order of the starts, {@code complete/<uuid>.json} says of which everything arrived last.
 *
 * <pre>
 *   {"number": n, "carried": [{"name", "uuid", "since": "" | uuid, "manner": {…}}, …]}
 * </pre>
 *
 * When what changed since a snapshot has arrived, the target holds the newer one and nothing else: what was before is forgotten.
 */
final class TargetContents {

    private static final String CARRIED = "carried";
    private static final String MANNER = "manner";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StateDirectory state;

    TargetContents(StateDirectory state) {
        this.state = state;
    }

    /**
     * The target index is new and empty, whatever an earlier start published of it.
     *
     * @param isInPart whether another one is not, of those that the types of one source index go to
     */
    void forget(String index, boolean isInPart) throws IOException {
        forgetCompletion(index);
        if (!isInPart) {
            Files.deleteIfExists(state.contents(index).path());
        }
    }

    /** The target index is about to be deleted. */
    void forgetCompletion(String index) throws IOException {
        Files.deleteIfExists(completion(index));
    }

    /** Whether nothing was ever to be carried into it but this snapshot as a whole. */
    boolean isOnly(String index, Snapshot snapshot) throws IOException {
        List<JsonNode> all = known(index);
        return !all.isEmpty()
                && all.stream()
                        .allMatch(carried -> carried.path("uuid").asText().equals(idOf(snapshot))
                                && carried.path("since").asText().isEmpty());
    }

    /**
     * Why what changed between two snapshots must not be carried into an index: it would not make it equal to the newer one. Empty when
     * it holds the older one as a whole, or already something or all of what changed.
     *
     * @param manner in which it is to be carried
     */
    String reasonAgainst(String index, Snapshot older, Snapshot newer, ObjectNode manner) throws IOException {
        JsonNode complete = readCompletion(index);
        String holds = complete.path("snapshot").path("uuid").asText();
        if (!isOneOf(holds, older, newer)) {
            return "it is not known to hold snapshot %s as a whole (%s)"
                    .formatted(
                            older.name(),
                            holds.isEmpty()
                                    ? "none was carried to its end"
                                    : "the last that was carried to its end is "
                                            + complete.at("/snapshot/name").asText());
        }
        List<JsonNode> all = known(index);
        for (JsonNode carried : all) {
            if (!isOneOf(carried.path("uuid").asText(), older, newer)) {
                return "it may hold documents of snapshot %s that %s no longer has"
                        .formatted(carried.path("name").asText(), older.name());
            }
            if (!carried.path(MANNER).equals(manner)) {
                return "%s was carried with other rules for documents, another fence or to another name: %s, and now %s"
                        .formatted(carried.path("name").asText(), carried.path(MANNER), manner);
            }
        }
        return all.isEmpty() ? "it is not known what was carried into it" : "";
    }

    private static boolean isOneOf(String id, Snapshot older, Snapshot newer) {
        return id.equals(idOf(older)) || id.equals(idOf(newer));
    }

    /**
     * Notes down that a snapshot is going to be carried into an index.
     *
     * @param since the uuid of the older one when only changes are; else empty
     */
    void begin(String index, Snapshot snapshot, String since, ObjectNode manner) throws IOException {
        List<JsonNode> all = new ArrayList<>(known(index));
        ObjectNode entry = JSON.createObjectNode()
                .put("name", snapshot.name())
                .put("uuid", idOf(snapshot))
                .put("since", since);
        entry.set(MANNER, manner);
        if (!all.contains(entry)) {
            all.add(entry);
        }
        state.contents(index).update(contents -> {
            contents.removeAll().putArray(CARRIED).addAll(all);
            return contents;
        });
    }

    /** What tells a snapshot from all others: its name where the repository has nothing better. */
    static String idOf(Snapshot snapshot) {
        return snapshot.uuid().isEmpty() ? snapshot.name() : snapshot.uuid();
    }

    private List<JsonNode> known(String index) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        state.contents(index)
                .read()
                .ifPresent(contents -> contents.path(CARRIED).forEach(all::add));
        if (all.isEmpty()) {
            return all;
        }
        JsonNode last = all.get(all.size() - 1);
        JsonNode complete = readCompletion(index);
        boolean isComplete = complete.path("snapshot").path("uuid").equals(last.path("uuid"))
                && complete.path(MANNER).equals(last.path(MANNER));
        boolean isExact = !last.path("since").asText().isEmpty()
                || all.stream().allMatch(carried -> carried.path("uuid").equals(last.path("uuid")));
        return isComplete && isExact ? List.of(last) : all;
    }

    private JsonNode readCompletion(String index) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(completion(index)));
        } catch (NoSuchFileException none) {
            return JSON.createObjectNode();
        } catch (IOException e) {
            throw new StateException("Cannot read " + completion(index) + ": " + e.getMessage(), e);
        }
    }

    private Path completion(String index) {
        return state.root().resolve("complete").resolve(index + ".json");
    }
}
