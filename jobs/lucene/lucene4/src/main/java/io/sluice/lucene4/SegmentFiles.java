package io.sluice.lucene4;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFileBytes;
import io.sluice.snapshot.ShardFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The files of one segment, wherever they lie: beside each other, or in its compound file.
 *
 * @param parts of the compound file, by their names without the segment's; empty when there is no such file
 */
record SegmentFiles(ShardFiles shard, BlobStore store, String segment, Map<String, InnerFile> parts) {

    /** A compound file that is not larger is read in one request. */
    private static final int SMALL_COMPOUND_BYTES = 64 << 10;

    static SegmentFiles outside(ShardFiles shard, BlobStore store, String segment) {
        return new SegmentFiles(shard, store, segment, Map.of());
    }

    /** @param suffix the name without that of the segment: {@code .fdt} */
    InnerFile file(String suffix) throws CorruptBlobException {
        InnerFile part = parts.get(suffix);
        return part != null ? part : outside(suffix);
    }

    /** A file that is never in a compound file, or that is one. */
    InnerFile outside(String suffix) throws CorruptBlobException {
        String name = segment + suffix;
        ShardFile file = shard.files().get(name);
        if (file == null) {
            throw new CorruptBlobException("The file list of " + shard.describe(), 0, "the file " + name, "none");
        }
        return new InnerFile(name, new ShardFileBytes(file, store), 0, file.length());
    }

    /** The same with the compound file's bytes in memory when they are few. */
    SegmentFiles withSmallCompoundInMemory() throws IOException {
        ShardFile compound = shard.files().get(segment + CompoundTable.DATA);
        if (parts.isEmpty() || compound == null || compound.length() > SMALL_COMPOUND_BYTES) {
            return this;
        }
        byte[] content = new ShardFileBytes(compound, store).readAll(SMALL_COMPOUND_BYTES);
        Map<String, InnerFile> moved = new HashMap<>();
        parts.forEach((name, part) -> moved.put(name, part.over(content, 0)));
        return new SegmentFiles(shard, store, segment, Map.copyOf(moved));
    }
}
