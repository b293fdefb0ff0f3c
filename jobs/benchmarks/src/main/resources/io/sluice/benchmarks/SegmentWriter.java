import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Writes a shard with whatever Lucene from 4.2 to 9 is on the class path, with the fields that a server of its time gives
 * a document. Run as a source file by the benchmarks: {@code java -cp lucene-core.jar SegmentWriter.java FOLDER VERSION
 * CODEC [SEGMENTS]}, with SEGMENTS merged until there are so many at most. Standard input has the documents:
 *
 * <pre>
 *   document := isRewritten:u8 id:u8[15] length:u32 source:u8[length]      end := −1:u8
 * </pre>
 */
public final class SegmentWriter {

    private static final int ID_BYTES = 15;
    private static final int FIRST_WITH_SEQUENCE_NUMBERS = 7;
    private static final double BUFFER_MEGABYTES = 128;

    private final int major;
    private long number;

    private SegmentWriter(int major) {
        this.major = major;
    }

    public static void main(String[] arguments) throws Exception {
        int major = Integer.parseInt(arguments[1].substring(0, arguments[1].indexOf('.')));
        try (Directory directory = directory(arguments[0]);
                IndexWriter writer = new IndexWriter(directory, config(arguments[1], arguments[2]));
                DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 20))) {
            new SegmentWriter(major).write(in, writer);
            if (arguments.length > 3) {
                writer.forceMerge(Integer.parseInt(arguments[3]));
            }
            writer.commit();
        }
    }

    private void write(DataInputStream in, IndexWriter writer) throws Exception {
        byte[] id = new byte[ID_BYTES];
        for (int kind = in.readByte(); kind >= 0; kind = in.readByte()) {
            in.readFully(id);
            byte[] source = new byte[in.readInt()];
            in.readFully(source);
            String text = Base64.getUrlEncoder().encodeToString(id);
            String key = major < FIRST_WITH_SEQUENCE_NUMBERS ? "_uid" : "_id";
            String term = major < FIRST_WITH_SEQUENCE_NUMBERS ? "book#" + text : text;
            Document document = document(key, term, id, source);
            if (kind == 1) {
                writer.updateDocument(new Term(key, term), document);
            } else {
                writer.addDocument(document);
            }
        }
    }

    private Document document(String key, String term, byte[] id, byte[] source) {
        Document document = new Document();
        boolean isUid = major < FIRST_WITH_SEQUENCE_NUMBERS;
        document.add(new StringField(key, term, isUid ? Field.Store.YES : Field.Store.NO));
        document.add(new StoredField("_source", source));
        if (!isUid) {
            document.add(new StoredField("_id", id));
            document.add(new NumericDocValuesField("_seq_no", number));
            document.add(new NumericDocValuesField("_primary_term", 1));
        }
        document.add(new NumericDocValuesField("_version", 1));
        // Those of the document's own fields, which nobody who reads documents asks for.
        document.add(new NumericDocValuesField("pages", number * 7_919 % 1_200));
        document.add(new NumericDocValuesField("rating", number * 31 % 100));
        document.add(new NumericDocValuesField("published", number * 86_399_123 % 1_700_000_000_000L));
        number++;
        return document;
    }

    private static Directory directory(String path) throws Exception {
        for (Method open : FSDirectory.class.getMethods()) {
            if (open.getName().equals("open") && open.getParameterTypes().length == 1) {
                boolean isFile = open.getParameterTypes()[0] == File.class;
                return (Directory) open.invoke(null, isFile ? new File(path) : (Object) new File(path).toPath());
            }
        }
        throw new IllegalStateException("FSDirectory.open");
    }

    private static IndexWriterConfig config(String version, String codec) throws Exception {
        IndexWriterConfig config = null;
        for (Constructor<?> constructor : IndexWriterConfig.class.getConstructors()) {
            Class<?>[] types = constructor.getParameterTypes();
            if (types.length == 1 && types[0] == Analyzer.class) {
                config = (IndexWriterConfig) constructor.newInstance((Object) null);
            } else if (types.length == 2 && config == null) {
                config = (IndexWriterConfig) constructor.newInstance(lucene4(types[0], version), null);
            }
        }
        config.setRAMBufferSizeMB(BUFFER_MEGABYTES);
        if (!codec.equals("default")) {
            config.setCodec(codec(codec));
        }
        return config;
    }

    private static Object lucene4(Class<?> versions, String version) throws Exception {
        String[] numbers = version.split("\\.");
        int minor = Integer.parseInt(numbers[1]);
        return versions.getField(minor < 9 ? "LUCENE_4" + minor : "LUCENE_4_" + minor + (minor == 9 ? "" : "_0"))
                .get(null);
    }

    /** The default codec with the mode of this name; Lucene 4 has no modes. */
    private static Codec codec(String name) throws Exception {
        for (Constructor<?> constructor : Codec.getDefault().getClass().getConstructors()) {
            Class<?>[] types = constructor.getParameterTypes();
            if (types.length == 1 && types[0].isEnum()) {
                for (Object mode : types[0].getEnumConstants()) {
                    if (mode.toString().equals(name.toUpperCase(java.util.Locale.ROOT))) {
                        return (Codec) constructor.newInstance(mode);
                    }
                }
            }
        }
        throw new IllegalArgumentException("this Lucene has no " + name);
    }
}
