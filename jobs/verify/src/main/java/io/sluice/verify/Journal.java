package io.sluice.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.state.StateFiles;
import java.io.IOException;
import java.util.List;

/**
 * What was decided on documents, and what is about to be done to them: kept in the state folder while they are looked at again, as no
 * checkpoint can be taken in that time. Who looks again after a crash says what was said, and knows what was mended.
 *
 * <p>A batch is a file. It is there before its documents are mended, and replaced when they are decided on. Nothing is taken away:
 * that a line is told once is up to who tells it.
 */
final class Journal {

    private static final String FOLDER = "decided";
    private static final String LINES = "lines";
    private static final String KEY = "key";
    private static final String TEXT = "text";
    private static final String DECIDED = "decided";

    private final StateFiles files;
    private final String folder;
    private final int subtask;
    private int number;
    private int kept;

    /**
     * What is said of a document.
     *
     * @param text a line of {@link Outcome}
     * @param isDecided whether that is what is told; else the document is about to be mended, and this is how it differed
     */
    record Line(String key, String text, boolean isDecided) {}

    /** Takes a line. */
    @FunctionalInterface
    interface Visitor {
        /** Takes it. */
        void see(Line line) throws Exception;
    }

    /** @param subtask whose batches are written; all are read */
    Journal(VerifySpec spec, int subtask) {
        this.files = new StateFiles(spec.state());
        this.folder = spec.folder() + "/" + FOLDER;
        this.subtask = subtask;
    }

    /** Hands on what earlier attempts at this verification wrote, in whichever subtask. Comes first. */
    void read(Visitor visitor) throws Exception {
        for (String name : files.list(folder)) {
            number = Math.max(number, Integer.parseInt(name.substring(name.indexOf('-') + 1, name.indexOf('.'))));
            JsonNode batch = files.read(folder + "/" + name)
                    .orElseThrow(() -> new IOException("%s/%s was there a moment ago".formatted(folder, name)));
            for (JsonNode line : batch.path(LINES)) {
                visitor.see(new Line(
                        line.path(KEY).asText(),
                        line.path(TEXT).asText(),
                        line.path(DECIDED).asBoolean()));
            }
        }
    }

    /** Begins another batch. */
    void next() {
        number++;
    }

    /** Keeps what is known of the batch at hand, in the place of what was; it is there when this returns. */
    void keep(List<Line> lines) throws IOException {
        if (lines.isEmpty() && kept != number) {
            return;
        }
        kept = number;
        ObjectNode batch = JsonNodeFactory.instance.objectNode();
        ArrayNode all = batch.putArray(LINES);
        for (Line line : lines) {
            all.addObject().put(KEY, line.key()).put(TEXT, line.text()).put(DECIDED, line.isDecided());
        }
        files.write("%s/%d-%d.json".formatted(folder, subtask, number), batch);
    }
}
