package io.sluice.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFileBytes;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * How many bytes the parts of a snapshot take that documents are read from, in files of their own and within
 * compound files. Doc values count whole, although only three fields of them are needed; so they are no part of what
 * reading is held against.
 *
 * @param storedFields {@code .fdt .fdx .fdm}
 * @param liveDocs {@code .liv}, {@code .del} before Lucene 5
 * @param docValues {@code .dvd .dvm}
 * @param infos {@code .si .fnm .cfe} and the commit
 */
record NeededBytes(long storedFields, long liveDocs, long docValues, long infos) {

    static final NeededBytes NONE = new NeededBytes(0, 0, 0, 0);
    private static final int MOST_ENTRIES_BYTES = 1 << 20;
    private static final int ID_BYTES = 16;
    private static final String LUCENE_4_ENTRIES = "CompoundFileWriterEntries";
    private static final String LUCENE_9_ENTRIES = "Lucene9";

    static NeededBytes of(DataSetStore.Kept data) throws IOException {
        NeededBytes sum = NONE;
        try (BlobStore store = BlobStore.open(data.repository())) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(DataSet.SNAPSHOT);
            for (int shard = 0; shard < data.data().shards(); shard++) {
                Map<String, ShardFile> files = repository
                        .shardFiles(snapshot, snapshot.indices().get(0), shard)
                        .files();
                for (ShardFile file : files.values()) {
                    sum = sum.plus(file.name(), file.length());
                    if (file.name().endsWith(".cfe")) {
                        sum = sum.plusEntries(new ShardFileBytes(file, store).readAll(MOST_ENTRIES_BYTES));
                    }
                }
            }
        }
        return sum;
    }

    private NeededBytes plus(String file, long bytes) {
        String extension = file.substring(file.lastIndexOf('.') + 1);
        return switch (extension) {
            case "fdt", "fdx", "fdm" -> new NeededBytes(storedFields + bytes, liveDocs, docValues, infos);
            case "liv", "del" -> new NeededBytes(storedFields, liveDocs + bytes, docValues, infos);
            case "dvd", "dvm" -> new NeededBytes(storedFields, liveDocs, docValues + bytes, infos);
            case "si", "fnm", "cfe" -> new NeededBytes(storedFields, liveDocs, docValues, infos + bytes);
            default ->
                file.startsWith("segments_") ? new NeededBytes(storedFields, liveDocs, docValues, infos + bytes) : this;
        };
    }

    /**
     * The list of a compound file:
     *
     * <pre>
     *   magic:u32 name:string version:u32  id:u8[16] suffix:string      no id and suffix before Lucene 5
     *   count:vint (file:string offset:u64 length:u64)*                 little-endian since Lucene 9
     * </pre>
     */
    NeededBytes plusEntries(byte[] entries) {
        ByteBuffer in = ByteBuffer.wrap(entries);
        in.getInt();
        String format = string(in);
        in.getInt();
        if (!format.equals(LUCENE_4_ENTRIES)) {
            in.position(in.position() + ID_BYTES);
            in.position(in.position() + 1 + Byte.toUnsignedInt(in.get(in.position())));
        }
        in.order(format.startsWith(LUCENE_9_ENTRIES) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        NeededBytes sum = this;
        for (int left = variableInt(in); left > 0; left--) {
            String file = string(in);
            in.getLong();
            sum = sum.plus(file, in.getLong());
        }
        return sum;
    }

    private static String string(ByteBuffer in) {
        byte[] bytes = new byte[variableInt(in)];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }

    private static int variableInt(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** Stored fields and live documents: no reader can do with less, and what a few doc values add is not in it. */
    long least() {
        return storedFields + liveDocs;
    }
}
