package io.sluice.replay.assemble;

import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.Text;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which cursor of the source an id is of, in one partition of the capture. An id that is not known here is taken for the first one
 * of its cursor: it is, unless the source gave others in an answer that lies in another partition.
 *
 * <p>State: of each id that was given later than the first one the root, until the source has forgotten it; the newest
 * {@value #MOST}.
 */
final class CursorRoots {

    static final int MOST = 5_000;

    /** For how long a cursor is kept of which its client does not say so; servers have five minutes. */
    private static final long KEPT_MILLIS = TimeUnit.MINUTES.toMillis(5);

    private record Entry(UUID root, long until) {}

    /** By the id, the one that was given last at the end. */
    private final Map<UUID, Entry> entries = new LinkedHashMap<>();

    /**
     * The same read with the root of its cursor, if it has to do with any.
     *
     * @param stamp its time, in nanoseconds since 1970
     */
    Step.Read resolved(Step.Read read, long stamp) {
        Cursor cursor = read.cursor();
        UUID id = cursor == null ? null : cursor.root();
        if (cursor == null || id == null) {
            return read;
        }
        Entry entry = entries.get(id);
        UUID root = entry == null || entry.until() < stamp ? id : entry.root();
        UUID given = cursor.given();
        long millis = cursor.keepMillis() < 0 ? KEPT_MILLIS : Math.min(cursor.keepMillis(), TimeUnit.DAYS.toMillis(1));
        long until = stamp + TimeUnit.MILLISECONDS.toNanos(millis);
        if (!root.equals(id)) {
            remember(id, root, until);
        }
        if (given != null && !given.equals(root)) {
            remember(given, root, until);
        }
        forget(stamp);
        return read.ofRoot(root);
    }

    private void remember(UUID id, UUID root, long until) {
        entries.remove(id);
        entries.put(id, new Entry(root, until));
    }

    private void forget(long stamp) {
        Iterator<Entry> eldest = entries.values().iterator();
        while (eldest.hasNext() && (eldest.next().until() < stamp || entries.size() > MOST)) {
            eldest.remove();
        }
    }

    int size() {
        return entries.size();
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(entries.size());
        for (Map.Entry<UUID, Entry> entry : entries.entrySet()) {
            Text.write(entry.getKey(), out);
            Text.write(entry.getValue().root(), out);
            out.writeLong(entry.getValue().until());
        }
    }

    void readFrom(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            UUID id = known(Text.readUuid(in));
            entries.put(id, new Entry(known(Text.readUuid(in)), in.readLong()));
        }
    }

    private static UUID known(@Nullable UUID id) throws IOException {
        if (id == null) {
            throw new IOException("expected the id of a cursor but found none");
        }
        return id;
    }
}
