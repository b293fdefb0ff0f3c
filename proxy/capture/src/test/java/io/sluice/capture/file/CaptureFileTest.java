package io.sluice.capture.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureFileTest {

    private static final CaptureFileHeader HEADER =
            new CaptureFileHeader(3, Map.of("topic", "sluice-books", "made", "2026-11-29T10:00:00Z"));

    /** Made by hand after the grammar, its block not compressed. Whatever comes later must read it. */
    private static final String VERSION_1 = """
            534c55494345434600010000003700000003000200046d6164650014323032362d31312d32395431303a30303a30305a0005746f706963
            000c736c756963652d626f6f6b73443abafe4200000004000000840000008d28b52ffd2084210400000000000000000000000007000000
            00000003e8000000016b000000056669727374000000020000000000000000000000000000038400000000000000000000000000000000
            0000000900000000000003e9ffffffff000000066e6f206b657900000000000000000000000a00000000000003e9000000086e6f207661
            6c7565ffffffff97055c334500000090000000000000000400000000000000140000000800000003000000000000000300000000000000
            07000000000000000a00000000000003e800000000000003e9000000000000000000000000000000000000000000000000000000000000
            0000000000000000000000000000000000010000000000000000000000000000000000000000000003840000000000000384f8a4d87e""";

    private static final int START = 73;

    private static CaptureFileRecord record(int partition, long offset, long timestamp, String key, String value) {
        return new CaptureFileRecord(partition, offset, timestamp, bytes(key), bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<CaptureFileRecord> few() {
        return List.of(
                record(0, 7, 1000, "k", "first"),
                record(2, 0, 900, "", ""),
                new CaptureFileRecord(0, 9, 1001, null, bytes("no key")),
                new CaptureFileRecord(0, 10, 1001, bytes("no value"), null));
    }

    private static byte[] file(List<CaptureFileRecord> records) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (CaptureFileWriter writer = new CaptureFileWriter(file, HEADER)) {
            for (CaptureFileRecord record : records) {
                writer.write(record);
            }
            writer.finish();
        }
        return file.toByteArray();
    }

    private static List<CaptureFileRecord> read(byte[] file) throws IOException {
        List<CaptureFileRecord> records = new ArrayList<>();
        try (CaptureFileReader reader = new CaptureFileReader(new ByteArrayInputStream(file))) {
            for (CaptureFileRecord record = reader.next(); record != null; record = reader.next()) {
                records.add(record);
            }
        }
        return records;
    }

    @Test
    void givesBackWhatWasWritten() throws Exception {
        try (CaptureFileReader reader = new CaptureFileReader(new ByteArrayInputStream(file(few())))) {
            assertThat(reader.header()).isEqualTo(HEADER);
        }
        assertThat(read(file(few()))).isEqualTo(few());
        assertThat(read(file(List.of()))).isEmpty();
    }

    @Test
    void knowsAtItsEndWhatItHolds() throws Exception {
        try (CaptureFileReader reader = new CaptureFileReader(new ByteArrayInputStream(file(few())))) {
            assertThatThrownBy(reader::sums).isInstanceOf(IllegalStateException.class);
            while (reader.next() != null) {
                assertThat(reader.header().partitions()).isEqualTo(3);
            }

            assertThat(reader.sums())
                    .isEqualTo(new CaptureFileSums(
                            4,
                            20,
                            8,
                            List.of(
                                    new PartitionSpan(3, 7, 10, 1000, 1001),
                                    PartitionSpan.NOTHING,
                                    new PartitionSpan(1, 0, 0, 900, 900))));
        }
    }

    @Test
    void holdsManyBlocksAndRecordsOfMoreThanOne() throws Exception {
        Random random = new Random(7);
        List<CaptureFileRecord> records = new ArrayList<>();
        for (int offset = 0; offset < 400; offset++) {
            byte[] value = new byte[offset == 200 ? 5 << 20 : random.nextInt(40_000)];
            random.nextBytes(value);
            records.add(new CaptureFileRecord(offset % 3, offset, offset, new byte[16], value));
        }

        byte[] file = file(records);

        assertThat(read(file)).isEqualTo(records);
    }

    @Test
    void isRefusedWhereverItWasCut() throws Exception {
        byte[] file = file(few());

        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(CaptureFileException.class);
        }
    }

    @Test
    void isRefusedWhicheverBitIsWrong() throws Exception {
        byte[] file = file(few());

        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] wrong = file.clone();
            wrong[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> read(wrong)).as("bit %d", bit).isInstanceOf(CaptureFileException.class);
        }
    }

    @Test
    void isRefusedWhenABlockIsMissingOrThereTwice() throws Exception {
        byte[] empty = file(List.of());
        byte[] one = file(few());
        int start = empty.length - endOf(empty);
        byte[] block = Arrays.copyOfRange(one, start, one.length - endOf(one));
        byte[] head = Arrays.copyOf(one, start);
        byte[] end = Arrays.copyOfRange(one, one.length - endOf(one), one.length);

        assertThat(read(joined(head, block, end))).hasSize(4);
        assertThatThrownBy(() -> read(joined(head, end))).hasMessageContaining("blocks are missing");
        assertThatThrownBy(() -> read(joined(head, block, block, end)))
                .hasMessageContaining("offset 7 of partition 0 after offset 10");
        assertThatThrownBy(() -> read(joined(head, block, end, new byte[1]))).hasMessageContaining("after its end");
    }

    /** Kind, length, sums with three spans, checksum. */
    private static int endOf(byte[] file) {
        int length = 1 + 4 + (24 + 3 * 40) + 4;
        assertThat(file[file.length - length]).isEqualTo((byte) 'E');
        return length;
    }

    private static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(pieces).forEach(all::writeBytes);
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SLUICE", "PK\u0003\u0004 something else altogether"})
    void isToldFromOtherFiles(String other) {
        assertThatThrownBy(() -> read(bytes(other)))
                .isInstanceOf(CaptureFileException.class)
                .hasMessage("It is no capture file: it does not start with SLUICECF.");
    }

    @Test
    void ofALaterVersionIsRefusedByName() throws Exception {
        byte[] file = file(few());
        file[9] = 2;

        assertThatThrownBy(() -> read(file)).hasMessageContaining("version 2");
    }

    @Test
    void cannotHoldWhatNoPartitionCould() throws Exception {
        try (CaptureFileWriter writer = new CaptureFileWriter(new ByteArrayOutputStream(), HEADER)) {
            writer.write(record(1, 5, 0, "", ""));

            assertThatThrownBy(() -> writer.write(record(1, 5, 0, "", "")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("offset 5 of partition 1 after offset 5");
            assertThatThrownBy(() -> writer.write(record(3, 5, 0, "", "")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("partition 3 of 3");
        }
    }

    @Test
    void ofVersion1IsReadForEver() throws Exception {
        assertThat(read(HexFormat.of().parseHex(VERSION_1.replace("\n", "")))).isEqualTo(few());
    }

    @Test
    void ofVersion1IsWrittenAsItWas() throws Exception {
        byte[] frozen = HexFormat.of().parseHex(VERSION_1.replace("\n", ""));
        byte[] written = file(few());

        assertThat(Arrays.copyOf(written, START)).isEqualTo(Arrays.copyOf(frozen, START));
        assertThat(Arrays.copyOfRange(written, written.length - endOf(written), written.length))
                .isEqualTo(Arrays.copyOfRange(frozen, frozen.length - endOf(frozen), frozen.length));
    }
}
