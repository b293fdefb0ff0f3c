package io.sluice.lucene4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format of doc values, stored fields and live docs that Lucene had from 4.2 to 7, as it wrote them itself. */
class OldSegmentsTest {

    /** The format of Lucene 4.2 to 4.4 does not say which documents have no value: they have 0. */
    private static final String WITHOUT_MISSING = "4.2.1";

    private record Found(int number, String id, String type, String routing, long version, long seqNo, String source) {}

    static Stream<String> versions() {
        return OldShard.VERSIONS.stream();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyDocumentIsFoundAsItWasWritten(String version) throws IOException {
        Map<String, byte[]> bytes = OldShard.read(version);

        try (ShardReader reader = Lucene4Shard.open(OldShard.files(bytes), new BytesStore(bytes))) {
            List<Segment> segments = reader.segments();

            assertThat(segments).hasSize(OldShard.DOCUMENTS.length);
            for (int i = 0; i < segments.size(); i++) {
                Segment segment = segments.get(i);
                assertThat(segment.documents()).isEqualTo(OldShard.DOCUMENTS[i]);
                List<Found> expected = expected(i, version);
                assertThat(read(reader, segment, segment.documents())).isEqualTo(expected);
                assertThat(read(reader, segment, 1009)).isEqualTo(expected);
                reader.verify(segment.name());
            }
        }
    }

    /** Each window begins with some kilobytes, which only a shard of this size can feel. */
    @ParameterizedTest
    @MethodSource("versions")
    void littleMoreIsReadThanDocumentsNeed(String version) throws IOException {
        Map<String, byte[]> bytes = OldShard.read(version);
        BytesStore store = new BytesStore(bytes);

        try (ShardReader reader = Lucene4Shard.open(OldShard.files(bytes), store)) {
            for (Segment segment : reader.segments()) {
                read(reader, segment, segment.documents());
            }
        }

        long all = bytes.values().stream().mapToLong(content -> content.length).sum();
        assertThat(store.bytesRead()).isLessThan(all);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theChecksumsOfRangesAreThatOfTheFile(String version) throws IOException {
        Map<String, byte[]> bytes = OldShard.read(version);

        try (ShardReader reader = Lucene4Shard.open(OldShard.files(bytes), new BytesStore(bytes))) {
            for (Segment segment : reader.segments()) {
                ByteChecksum found = ByteChecksum.EMPTY;
                FileChecksum expected = null;
                for (int from = 0; from < segment.documents(); from += 97) {
                    int to = Math.min(segment.documents(), from + 97);
                    int resumed = from + (to - from) / 3;
                    RangeChecksum checksum = checksum(reader, segment.name(), resumed, to);
                    found = found.then(reader.checksum(segment.name(), from, resumed))
                            .then(checksum.bytes());
                    expected = checksum.file();
                }

                assertThat(expected).isNotNull();
                assertThat(found.crc()).isEqualTo(expected.crc());
                boolean hasChecksums = !version.equals("4.2.1") && !version.equals("4.6.1");
                assertThat(found.length()).isEqualTo(hasChecksums ? segment.storedBytes() - Long.BYTES : 0);
            }
        }
    }

    private static RangeChecksum checksum(ShardReader reader, String segment, int from, int to) throws IOException {
        try (DocumentCursor cursor = reader.documents(segment, from, to)) {
            while (cursor.next()) {
                assertThat(cursor.sourceLength()).isPositive();
            }
            return cursor.checksum();
        }
    }

    private static List<Found> expected(int segment, String version) {
        List<Found> documents = new ArrayList<>();
        for (int i = 0; i < OldShard.DOCUMENTS[segment]; i++) {
            if (OldShard.isLive(segment, i) && !OldShard.isChild(i)) {
                long seqNo = OldShard.seqNo(segment, i);
                boolean isZero = seqNo < 0 && segment > 0 && version.equals(WITHOUT_MISSING);
                documents.add(new Found(
                        i,
                        OldShard.id(segment, i),
                        OldShard.type(i),
                        OldShard.routing(i),
                        OldShard.version(segment, i),
                        isZero ? 0 : seqNo,
                        OldShard.source(segment, i)));
            }
        }
        return documents;
    }

    private static List<Found> read(ShardReader reader, Segment segment, int perRange) throws IOException {
        List<Found> documents = new ArrayList<>();
        for (int from = 0; from < segment.documents(); from += perRange) {
            int to = Math.min(segment.documents(), from + perRange);
            try (DocumentCursor cursor = reader.documents(segment.name(), from, to)) {
                while (cursor.next()) {
                    documents.add(found(cursor));
                }
            }
        }
        return documents;
    }

    private static Found found(DocumentCursor cursor) {
        return new Found(
                cursor.number(),
                new String(cursor.idBytes(), 0, cursor.idLength(), UTF_8),
                String.valueOf(cursor.type()),
                cursor.routingLength() < 0 ? "" : new String(cursor.routingBytes(), 0, cursor.routingLength(), UTF_8),
                cursor.version(),
                cursor.seqNo(),
                new String(cursor.sourceBytes(), cursor.sourceOffset(), cursor.sourceLength(), UTF_8));
    }
}
