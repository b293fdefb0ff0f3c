import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * The recipe of {@code src/test/resources/segments/lucene-<version>.zip}: run with one Lucene after the other, and the
 * folder zipped without the postings.
 *
 * <pre>
 *   open="--add-opens java.base/java.nio=ALL-UNNAMED --add-opens java.base/jdk.internal.ref=ALL-UNNAMED"
 *   for v in 4.2.1 4.6.1 4.8.1 4.9.1 4.10.4 5.0.0 5.2.1 5.5.5 6.0.1 6.6.6 7.7.3; do
 *     javac -cp lucene-core-$v.jar -d classes-$v OldSegments.java
 *     java $open -cp lucene-core-$v.jar:classes-$v OldSegments segments-$v $v
 *     (cd segments-$v && zip -9 ../lucene-$v.zip * -x '*.doc' '*.tim' '*.tip')
 *   done
 * </pre>
 *
 * What is in them, {@code OldSegmentsTest} knows by the same formulas. Each segment has its numbers in another form:
 * one value for all, few values, multiples, far apart, and many documents of which some are deleted.
 */
public final class OldSegments {

    private static final int[] DOCUMENTS = {300, 400, 500, 600, 17_000};

    public static void main(String[] arguments) throws Exception {
        Directory directory = directory(arguments[0]);
        for (int segment = 0; segment < DOCUMENTS.length; segment++) {
            IndexWriter writer = new IndexWriter(directory, config(arguments[1], segment % 2 == 0));
            for (int i = 0; i < DOCUMENTS[segment]; i++) {
                writer.addDocument(document(segment, i));
            }
            writer.commit();
            writer.close();
        }
        IndexWriter writer = new IndexWriter(directory, config(arguments[1], false));
        for (int i = 0; i < DOCUMENTS[4]; i++) {
            if (i % 3 == 1) {
                writer.deleteDocuments(new Term("_uid", uid(4, i)));
            }
        }
        writer.deleteDocuments(new Term("_uid", uid(3, 7)));
        writer.deleteDocuments(new Term("_uid", uid(3, 599)));
        writer.commit();
        writer.close();
        directory.close();
    }

    private static Document document(int segment, int i) {
        Document document = new Document();
        if (i % 11 == 0) { // a nested child: an id that is not stored
            document.add(new StringField("_uid", "book#child", Field.Store.NO));
        } else {
            document.add(new StringField("_uid", uid(segment, i), Field.Store.YES));
            document.add(new StoredField("_source", source(segment, i).getBytes(StandardCharsets.UTF_8)));
        }
        if (i % 5 == 0) {
            document.add(new StoredField("_routing", "r" + i));
        } else if (i % 5 == 1) {
            document.add(new StoredField("_parent", "shelf#p" + i));
        }
        document.add(new NumericDocValuesField("_version", version(segment, i)));
        if (segment == 1 && i % 10 == 0 || segment == 4 && i % 500 == 3 || segment > 1 && segment < 4) {
            document.add(new NumericDocValuesField("_seq_no", 7L * i + 3));
        }
        if (segment < 4) {
            addOthers(document, i);
        }
        return document;
    }

    private static void addOthers(Document document, int i) {
        document.add(new StoredField("int", i % 2 == 0 ? i : -i * 1000));
        document.add(new StoredField("long", i % 2 == 0 ? i * 86_400_000L : Long.MIN_VALUE + i));
        document.add(new StoredField("float", i % 3 == 0 ? i : i % 3 == 1 ? i + 0.1f : -i - 0.1f));
        document.add(new StoredField("double", i % 4 == 0 ? i : i % 4 == 1 ? i + 0.5 : i % 4 == 2 ? i + 0.1 : -i - 0.1));
        document.add(new BinaryDocValuesField("fixed", new BytesRef("abc")));
        document.add(new BinaryDocValuesField("variable", new BytesRef("abc".substring(i % 3))));
        document.add(new SortedDocValuesField("sorted", new BytesRef("s" + i % 40)));
        document.add(new SortedSetDocValuesField("set", new BytesRef("a" + i % 7)));
        if (i % 2 == 0) {
            document.add(new SortedSetDocValuesField("set", new BytesRef("b" + i % 90)));
        }
    }

    private static String uid(int segment, int i) {
        return (i % 2 == 0 ? "book" : "page") + "#" + segment + "-" + i;
    }

    private static String source(int segment, int i) {
        char[] text = new char[segment == 2 && i == 250 ? 200_000 : i % 20];
        Arrays.fill(text, (char) ('a' + i % 26));
        return "{\"segment\":" + segment + ",\"i\":" + i + ",\"text\":\"" + new String(text) + "\"}";
    }

    private static long version(int segment, int i) {
        switch (segment) {
            case 0:
                return 1;
            case 1:
                return i % 3 == 0 ? 1 : i % 3 == 1 ? 7_777_777_777L : 40;
            case 2:
                return 1000L * ((i * 7919L) % 10_007) + 5;
            case 3:
                return (i * 0x9E3779B97F4A7C15L) >>> 1;
            default:
                return 1 + i % 1000 + (i > 16_500 ? 1_000_000 : 0);
        }
    }

    private static Directory directory(String path) throws Exception {
        for (Method open : FSDirectory.class.getMethods()) {
            boolean takesOne = open.getName().equals("open") && open.getParameterTypes().length == 1;
            if (takesOne) {
                boolean isFile = open.getParameterTypes()[0] == File.class;
                return (Directory) open.invoke(null, isFile ? new File(path) : (Object) new File(path).toPath());
            }
        }
        throw new IllegalStateException("FSDirectory.open");
    }

    private static IndexWriterConfig config(String version, boolean compound) throws Exception {
        IndexWriterConfig config = null;
        for (Constructor<?> constructor : IndexWriterConfig.class.getConstructors()) {
            Class<?>[] types = constructor.getParameterTypes();
            if (types.length == 1 && types[0] == Analyzer.class) {
                config = (IndexWriterConfig) constructor.newInstance((Object) null);
            } else if (types.length == 2 && config == null) {
                String[] numbers = version.split("\\.");
                String name = "LUCENE_" + numbers[0] + numbers[1];
                int minor = Integer.parseInt(numbers[1]);
                String longer = "LUCENE_" + numbers[0] + "_" + minor + (minor == 9 ? "" : "_0");
                Object of = types[0].getField(minor < 9 ? name : longer).get(null);
                config = (IndexWriterConfig) constructor.newInstance(of, null);
            }
        }
        config.setRAMBufferSizeMB(200);
        config.setMaxBufferedDocs(1 << 20);
        setMergePolicy(config, compound);
        try {
            IndexWriterConfig.class.getMethod("setUseCompoundFile", boolean.class).invoke(config, compound);
        } catch (NoSuchMethodException e) {
            // before 4.4 the merge policy decides
        }
        return config;
    }

    private static void setMergePolicy(IndexWriterConfig config, boolean compound) throws Exception {
        Object none;
        try {
            none = NoMergePolicy.class.getField("INSTANCE").get(null);
        } catch (NoSuchFieldException e) {
            none = NoMergePolicy.class.getField(compound ? "COMPOUND_FILES" : "NO_COMPOUND_FILES").get(null);
        }
        for (Method method : IndexWriterConfig.class.getMethods()) {
            if (method.getName().equals("setMergePolicy") && method.getReturnType() == IndexWriterConfig.class) {
                method.invoke(config, none);
                return;
            }
        }
    }
}
