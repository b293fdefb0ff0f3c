package io.sluice.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The Lucene lines that this build reads. */
public final class ShardFormats {

    private ShardFormats() {}

    /**
     * Opens a shard with the reader for the Lucene versions found in its commit.
     *
     * @throws UnknownCodecException when no reader knows them, or a segment's codec
     * @throws CorruptBlobException when the commit is damaged
     */
    public static ShardReader open(ShardFiles shard, BlobStore store) throws IOException {
        ShardFiles withCommit = Commit.withCommitInMemory(shard, store);
        Commit commit = Commit.of(withCommit, store);
        List<String> known = new ArrayList<>();
        for (ShardFormat format : installed()) {
            if (format.reads(commit.oldest().major(), commit.writtenBy().major())) {
                return format.open(withCommit, store);
            }
            known.add(format.describe());
        }
        String versions = commit.oldest().equals(commit.writtenBy())
                ? "Lucene " + commit.writtenBy()
                : "Lucene %s to %s".formatted(commit.oldest(), commit.writtenBy());
        throw new UnknownCodecException(
                shard.describe(), versions, known.isEmpty() ? "nothing" : String.join(", ", known));
    }

    /** Looked for beside this class: in a Flink job the thread's own class loader may be another. */
    private static List<ShardFormat> installed() {
        List<ShardFormat> formats = new ArrayList<>();
        ServiceLoader.load(ShardFormat.class, ShardFormat.class.getClassLoader())
                .forEach(formats::add);
        formats.sort(Comparator.comparing(ShardFormat::describe));
        return formats;
    }
}
