package io.sluice.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The lists of compound files, byte for byte as each line writes them. */
class NeededBytesTest {

    private static final int MAGIC = 0x3FD76C17;

    private final ByteBuffer out = ByteBuffer.allocate(512);

    @Test
    void countsThePartsOfACompoundFileOfLucene4() {
        header("CompoundFileWriterEntries", false);

        NeededBytes parts = entries();

        assertThat(parts).isEqualTo(new NeededBytes(1_010, 0, 300, 40));
    }

    @Test
    void countsThePartsOfACompoundFileOfLucene5To8() {
        header("Lucene50CompoundEntries", true);

        NeededBytes parts = entries();

        assertThat(parts).isEqualTo(new NeededBytes(1_010, 0, 300, 40));
    }

    @Test
    void countsThePartsOfACompoundFileOfLucene9() {
        header("Lucene90CompoundEntries", true);
        out.order(ByteOrder.LITTLE_ENDIAN);

        NeededBytes parts = entries();

        assertThat(parts).isEqualTo(new NeededBytes(1_010, 0, 300, 40));
    }

    @Test
    void leavesOutWhatOnlyPartlyIsNeeded() {
        assertThat(new NeededBytes(1_000, 20, 300, 40).least()).isEqualTo(1_020);
    }

    private void header(String format, boolean hasId) {
        out.putInt(MAGIC);
        string(format);
        out.putInt(0);
        if (hasId) {
            out.put(new byte[16]);
            string("suffix");
        }
    }

    private NeededBytes entries() {
        out.put((byte) 5);
        entry(".fdt", 1_000);
        entry(".fdx", 10);
        entry("_Lucene90_0.dvd", 300);
        entry(".fnm", 40);
        entry("_Lucene50_0.tim", 77);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return NeededBytes.NONE.plusEntries(bytes);
    }

    private void entry(String name, long length) {
        string(name);
        out.putLong(64).putLong(length);
    }

    private void string(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        out.put((byte) bytes.length).put(bytes);
    }
}
