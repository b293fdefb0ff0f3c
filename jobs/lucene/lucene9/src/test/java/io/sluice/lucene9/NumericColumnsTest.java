package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.apache.lucene.codecs.perfield.PerFieldDocValuesFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Columns packed in each of the ways there are, against Lucene's own reader of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NumericColumnsTest {

    private static final int DOCUMENTS = 100_000;
    private static final long NONE = Long.MIN_VALUE;

    private static final Map<String, IntToLongFunction> COLUMNS = new TreeMap<>(Map.of(
            "constant", n -> 42,
            "few values, in a table", n -> n % 3 == 0 ? -9_000_000_000L : n % 3,
            "multiples", n -> 7_000_000L + 1000L * (n * 31 % DOCUMENTS),
            "numbers in order", n -> n,
            "blocks, each in its way", n -> n / 16_384 % 2 == 0 ? n % 5 : n * 0x9E37_79B9_7F4A_7C15L,
            "sparse", n -> n % 3 == 1 ? n * 17L : NONE,
            "sparse and constant", n -> n % 1000 == 1 ? 1 : NONE,
            "sparse blocks", n -> n % 2 == 0 ? NONE : n / 40_000 % 2 == 0 ? 3 : n * 0x9E37_79B9_7F4A_7C15L,
            "one document", n -> n == 70_000 ? -1 : NONE));

    private Directory directory;
    private DirectoryReader reader;
    private SegmentReader segment;

    @BeforeAll
    void write(@TempDir Path folder) throws IOException {
        directory = FSDirectory.open(folder);
        try (IndexWriter writer = new IndexWriter(
                directory, new IndexWriterConfig().setUseCompoundFile(false).setRAMBufferSizeMB(256))) {
            for (int n = 0; n < DOCUMENTS; n++) {
                Document document = new Document();
                document.add(new SortedDocValuesField("word", new BytesRef("w" + n % 1000)));
                for (Map.Entry<String, IntToLongFunction> column : COLUMNS.entrySet()) {
                    long value = column.getValue().applyAsLong(n);
                    if (value != NONE) {
                        document.add(new NumericDocValuesField(column.getKey(), value));
                    }
                }
                writer.addDocument(document);
            }
            writer.commit();
        }
        reader = DirectoryReader.open(directory);
        segment = (SegmentReader) reader.leaves().get(0).reader();
    }

    @AfterAll
    void close() throws IOException {
        reader.close();
        directory.close();
    }

    static Stream<String> columns() {
        return COLUMNS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("columns")
    void givesEachDocumentItsValue(String name) throws IOException {
        try (NumericColumns columns = open(name)) {
            NumericDocValues found = columns.numeric(field(name));
            NumericDocValues expected = segment.getNumericDocValues(name);

            assertThat(found).isNotNull();
            for (int n = 0; n < DOCUMENTS; n++) {
                assertThat(found.advanceExact(n)).isEqualTo(expected.advanceExact(n));
                if (expected.docID() == n && COLUMNS.get(name).applyAsLong(n) != NONE) {
                    assertThat(found.longValue()).isEqualTo(expected.longValue());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("columns")
    void givesTheSameWhenItLeapsForward(String name) throws IOException {
        Random random = new Random(7);
        try (NumericColumns columns = open(name)) {
            NumericDocValues found = columns.numeric(field(name));
            NumericDocValues expected = segment.getNumericDocValues(name);

            assertThat(found).isNotNull();
            for (int target = random.nextInt(30_000);
                    expected.advance(target) != NumericDocValues.NO_MORE_DOCS;
                    target = Math.min(expected.docID() + 1 + random.nextInt(30_000), DOCUMENTS)) {
                assertThat(found.advance(target)).isEqualTo(expected.docID());
                assertThat(found.longValue()).isEqualTo(expected.longValue());
                if (expected.docID() + 1 >= DOCUMENTS) {
                    break;
                }
            }
            assertThat(found.advance(DOCUMENTS)).isEqualTo(NumericDocValues.NO_MORE_DOCS);
        }
    }

    private NumericColumns open(String name) throws IOException {
        String suffix =
                NumericColumns.FORMAT + "_" + field(name).getAttribute(PerFieldDocValuesFormat.PER_FIELD_SUFFIX_KEY);
        return NumericColumns.open(directory, segment.getSegmentInfo().info, suffix, new BitSet());
    }

    private FieldInfo field(String name) {
        return segment.getFieldInfos().fieldInfo(name);
    }
}
