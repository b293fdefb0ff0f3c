package io.sluice.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.benchmarks.DocumentText;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The chunks of a segment from the store to documents: fetched, checked, decompressed, taken apart. One operation is one
 * document of about 1 KB, of a segment of Lucene 9 in the page cache.
 */
@State(Scope.Thread)
public class ChunkReading {

    /** What the figures in bytes are taken by. */
    public static final int MEAN_SOURCE_BYTES = 1_032;

    private static final int DOCUMENTS = 20_000;
    private static final int ID_BYTES = 15;

    /** How stored fields are compressed, as Lucene's codec calls it. */
    @Param({"BEST_SPEED", "BEST_COMPRESSION"})
    public Lucene912Codec.Mode mode = Lucene912Codec.Mode.BEST_SPEED;

    private Path folder = Path.of("");
    private ShardFiles files = new ShardFiles("none", 0, Map.of());

    /** Writes the segment. */
    @Setup
    public void writeSegment() throws IOException {
        folder = Files.createTempDirectory("sluice-jmh-");
        DocumentText text = new DocumentText(1);
        Random random = new Random(42);
        IndexWriterConfig config =
                new IndexWriterConfig().setCodec(new Lucene912Codec(mode)).setUseCompoundFile(false);
        try (Directory directory = FSDirectory.open(folder);
                IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < DOCUMENTS; i++) {
                byte[] id = new byte[ID_BYTES];
                random.nextBytes(id);
                id[0] &= 0x7F;
                Document document = new Document();
                document.add(new StoredField("_id", id));
                document.add(new StoredField("_source", text.next().getBytes(UTF_8)));
                document.add(new NumericDocValuesField("_seq_no", i));
                document.add(new NumericDocValuesField("_version", 1));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        files = list();
    }

    @SuppressWarnings("NullAway") // does not see the mark on an array in a record with a compact constructor
    private ShardFiles list() throws IOException {
        Map<String, ShardFile> named = new HashMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                if (!name.equals(IndexWriter.WRITE_LOCK_NAME)) {
                    named.put(name, new ShardFile(name, name, Files.size(file), Long.MAX_VALUE, "", null));
                }
            }
        }
        return new ShardFiles("bench", 0, named);
    }

    /** Removes it. */
    @TearDown
    public void removeSegment() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }

    /** Reads all of it; the bytes of source are what a figure in bytes is taken by. */
    @Benchmark
    @OperationsPerInvocation(DOCUMENTS)
    public long document() throws IOException {
        long sourceBytes = 0;
        try (BlobStore store = BlobStore.open(new RepositoryLocation.FileSystem(folder.toString()));
                ShardReader shard = ShardFormats.open(files, store)) {
            for (Segment segment : shard.segments()) {
                try (DocumentCursor cursor = shard.documents(segment.name(), 0, segment.documents())) {
                    while (cursor.next()) {
                        sourceBytes += cursor.sourceLength();
                    }
                }
            }
        }
        return sourceBytes;
    }
}
