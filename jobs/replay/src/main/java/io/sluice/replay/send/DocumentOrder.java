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
@SuppressWarnings("ReferenceEquality") // writes that came of one step are equal, and each is one of its own here
final class DocumentOrder {

    /** Names a document. Ids that are counted up have hashes that lie close together, so they are spread here. */
    static final class Document {
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
        /** The earliest that has left and is not settled. */
        private Pending first;
        /** Those that left with it, behind it. */
        private @Nullable Deque<Pending> others;
        /** Those of them that are to be sent again, and wait until they are the first: each may go with another request now. */
        private @Nullable Deque<Pending> again;

        private @Nullable Deque<Pending> behind;

        private Line(Document document, Object request, Pending first) {
            this.document = document;
            this.request = request;
            this.first = first;
        }

        private boolean isOpenFor(Object next) {
            return request == next && behind == null;
        }
    }

    private final Map<Document, Line> lines = new HashMap<>();

    /**
     * Whether a write is known to be behind another of its document, so that its bytes are not needed: it waits. If not, {@link #mayLeave}
     * tells.
     *
     * @param request the same object for all that leave together
     */
    boolean isBehind(Pending step, Object request) {
        if (step.line != null) {
            return !mayLeaveAgain(step, step.line);
        }
        Line line = step.behind == null ? null : lines.get(step.behind);
        if (line == null || line.isOpenFor(request)) {
            return false;
        }
        line.behind = with(step, line.behind);
        return true;
    }

    /**
     * Whether a write may leave with a request. If not, it is kept until {@link #settled} returns it.
     *
     * @param request the same object for all that leave together
     */
    boolean mayLeave(Pending step, Step.Write write, Object request) {
        if (step.line != null) {
            return mayLeaveAgain(step, step.line);
        }
        Document document = new Document(write);
        Line line = lines.get(document);
        if (line == null) {
            line = new Line(document, request, step);
            lines.put(document, line);
        } else if (line.isOpenFor(request)) {
            line.others = with(step, line.others);
        } else {
            line.behind = with(step, line.behind);
            step.behind = line.document;
            return false;
        }
        step.line = line;
        step.behind = null;
        return true;
    }

    private static boolean mayLeaveAgain(Pending step, Line line) {
        if (step == line.first) {
            return true;
        }
        line.again = with(step, line.again);
        return false;
    }

    private static Deque<Pending> with(Pending step, @Nullable Deque<Pending> steps) {
        Deque<Pending> those = steps == null ? new ArrayDeque<>() : steps;
        those.add(step);
        return those;
    }

    /** What has waited for a write that is settled now and may go on, in its order; null if nothing may. */
    @Nullable
    Deque<Pending> settled(Pending step) {
        Line line = step.line;
        step.line = null;
        if (line == null) {
            return null;
        }
        if (step != line.first) {
            if (line.others != null) {
                line.others.removeIf(other -> other == step); // several that came of one step are equal
            }
            return null;
        }
        Pending next = line.others == null ? null : line.others.poll();
        if (next == null) {
            lines.remove(line.document);
            return line.behind;
        }
        line.first = next;
        Deque<Pending> again = line.again;
        line.again = null;
        return again;
    }
}
