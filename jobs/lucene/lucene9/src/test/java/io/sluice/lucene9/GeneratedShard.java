package io.sluice.lucene9;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * A shard as an OpenSearch 2 node writes it, of any size: ids, sources of about 1 KB, sequence numbers, versions,
 * soft deletes, and the postings, points and other doc values that a reader of documents must not ask for.
 *
 * @param bySource the bytes of all live sources
 */
record GeneratedShard(Path folder, ShardFiles files, int live, long bySource) {

    private static final int AUTO_ID_BYTES = 15;
    private static final int INDEXED_BYTES = 100;
    private static final String SOFT_DELETES = "__soft_deletes";

    /**
     * @param compound whether each segment's files are in one
     * @param deletedEvery every so many documents one is soft-deleted; 0 for none
     */
    static GeneratedShard write(Path folder, int segments, int perSegment, boolean compound, int deletedEvery)
            throws IOException {
        Random random = new Random(42);
        long bytes = 0;
        int live = 0;
        IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer())
                .setCodec(new Lucene912Codec())
                .setUseCompoundFile(compound)
                .setMergePolicy(NoMergePolicy.INSTANCE)
                .setRAMBufferSizeMB(512)
                .setSoftDeletesField(SOFT_DELETES);
        try (Directory directory = FSDirectory.open(folder);
                IndexWriter writer = new IndexWriter(directory, config)) {
            for (int segment = 0; segment < segments; segment++) {
                for (int i = 0; i < perSegment; i++) {
                    int number = segment * perSegment + i;
                    byte[] source = source(number, random).getBytes(UTF_8);
                    writer.addDocument(document(number, source, random));
                    boolean deleted = deletedEvery > 0 && number % deletedEvery == 0;
                    bytes += deleted ? 0 : source.length;
                    live += deleted ? 0 : 1;
                }
                writer.flush();
            }
            for (int number = 0; deletedEvery > 0 && number < segments * perSegment; number += deletedEvery) {
                writer.updateDocValues(
                        new Term("number", Integer.toString(number)), new NumericDocValuesField(SOFT_DELETES, 1));
            }
            writer.commit();
        }
        return new GeneratedShard(folder, list(folder), live, bytes);
    }

    private static Document document(int number, byte[] source, Random random) {
        byte[] id = new byte[AUTO_ID_BYTES];
        random.nextBytes(id);
        id[0] &= 0x7F;
        Document document = new Document();
        document.add(new StoredField("_id", id));
        document.add(new StoredField("_source", source));
        document.add(new NumericDocValuesField("_seq_no", number));
        document.add(new NumericDocValuesField("_version", 1));
        document.add(new NumericDocValuesField("_primary_term", 1));
        document.add(new StringField("number", Integer.toString(number), Field.Store.NO));
        document.add(new TextField("text", new String(source, 0, INDEXED_BYTES, UTF_8), Field.Store.NO));
        for (int field = 0; field < 8; field++) {
            document.add(new NumericDocValuesField("other" + field, random.nextLong()));
            document.add(new LongPoint("point" + field, random.nextLong()));
        }
        return document;
    }

    private static final String[] WORDS = {
        "basket", "checkout", "payment", "shipped", "returned", "customer", "warehouse", "pallet", "invoice", "refund"
    };

    private static String source(int number, Random random) {
        StringBuilder out = new StringBuilder(1100);
        out.append("{\"number\":").append(number).append(",\"price\":").append(random.nextInt(100_000) / 100.0);
        out.append(",\"session\":\"")
                .append(Long.toHexString(random.nextLong()))
                .append("\",\"text\":\"");
        while (out.length() < 1000) {
            out.append(WORDS[random.nextInt(WORDS.length)])
                    .append(' ')
                    .append(random.nextInt(1000))
                    .append(' ');
        }
        return out.append("\"}").toString();
    }

    static ShardFiles list(Path folder) throws IOException {
        Map<String, ShardFile> files = new HashMap<>();
        try (Directory directory = FSDirectory.open(folder)) {
            for (String name : directory.listAll()) {
                if (!name.equals(IndexWriter.WRITE_LOCK_NAME)) {
                    long length = directory.fileLength(name);
                    files.put(name, new ShardFile(name, name, length, Long.MAX_VALUE, "", null));
                }
            }
        }
        return new ShardFiles("generated", 0, files);
    }

    BlobStore open() throws IOException {
        return BlobStore.open(new RepositoryLocation.FileSystem(folder.toString()));
    }
}
