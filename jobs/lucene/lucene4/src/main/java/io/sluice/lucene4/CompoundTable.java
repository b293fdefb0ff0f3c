package io.sluice.lucene4;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The table of a compound file's parts, {@code .cfe}.
 *
 * <pre>
 *   table := header  count:vint  (name:string offset:i64 length:i64){count}  [footer]
 * </pre>
 *
 * A part's name is that of the file without the segment's.
 */
final class CompoundTable {

    static final String DATA = ".cfs";

    private static final String TABLE = ".cfe";
    private static final int SHORTEST_ENTRY = 1 + Long.BYTES + Long.BYTES;

    private CompoundTable() {}

    /** The files of a segment that has a compound file. */
    static SegmentFiles read(SegmentFiles files, SegmentInfo info) throws IOException {
        InnerFile data = files.outside(DATA);
        InnerFile table = files.outside(TABLE);
        Input in = table.whole();
        if (info.hasFooters()) {
            table.verify(in);
        }
        table.header(in, info.id().length == 0 ? "CompoundFileWriterEntries" : "Lucene50CompoundEntries", info.id());
        int count = in.readCount(true, SHORTEST_ENTRY);
        Map<String, InnerFile> parts = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String name = in.readString();
            long offset = in.readLong();
            long length = in.readLong();
            if (offset < 0 || length < 0 || offset > data.length() - length) {
                throw in.corrupt(
                        "a part within %d bytes".formatted(data.length()), "%d bytes at %d".formatted(length, offset));
            }
            InnerFile part = new InnerFile(info.name() + name, data.file(), offset, offset + length);
            if (parts.put(name, part) != null) {
                throw in.corrupt("each part once", "\"" + name + "\" twice");
            }
        }
        return new SegmentFiles(files.shard(), files.store(), files.segment(), Map.copyOf(parts));
    }
}
