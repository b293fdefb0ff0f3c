package io.sluice.replay.send;

import io.sluice.replay.rewrite.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps writes of one document in their order: they leave together in one request, in which the target keeps it, or the later
 * waits until all that left before are settled. On different connections the later could arrive first.
 *
 * <p>Belongs to the task's thread. As many documents are known as writes are under way.
 */
final class DocumentOrder {

    /** Names a document. Ids that are counted up have hashes that lie close together, so they are spread here. */
    private static final class Document {
        final String index;
        final String id;
        final int hash;

        Document(Step.Write write) {
            index = write.index();
            id = write.id();
            int plain = (index.hashCode() * 31 + id.hashCode()) * 0x9E3779B9;
            hash = plain ^ (plain >>> 15);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Document document && document.id.equals(id) && document.index.equals(index);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Writes of a document: those that have left in one request, and those that wait for them. */
    static final class Line {
        private final Document document;
        private final Object request;
        private @Nullable Deque<Pending> behind;
        private int underWay;

        private Line(Document document, Object request) {
            this.document = document;
            this.request = request;
        }
    }

    private final Map<Document, Line> lines = new HashMap<>();

    /**
     * Whether a write may leave with a request. If not, it is kept until {@link #settled} returns it.
     *
     * @param request the same object for all that leave together
     */
    boolean mayLeave(Pending step, Step.Write write, Object request) {
        if (step.line != null) {
            return true; // it left before, and is sent again
        }
        Document document = new Document(write);
        Line line = lines.get(document);
        if (line == null) {
            line = new Line(document, request);
            lines.put(document, line);
        } else if (line.request != request || line.behind != null) {
            line.behind = line.behind == null ? new ArrayDeque<>() : line.behind;
            line.behind.add(step);
            return false;
        }
        line.underWay++;
        step.line = line;
        return true;
    }

    /** What has waited for a write that is settled now, in its order; null if nothing has, or if others are under way. */
    @Nullable
    Deque<Pending> settled(Pending step) {
        Line line = step.line;
        step.line = null;
        if (line == null || --line.underWay > 0) {
            return null;
        }
        lines.remove(line.document);
        return line.behind;
    }
}
