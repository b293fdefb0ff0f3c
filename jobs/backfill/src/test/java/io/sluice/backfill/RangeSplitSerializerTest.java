package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RangeSplitSerializerTest {

    private static final RangeSplit SPLIT = new RangeSplit(
            "bücher", 3, "_a", 10, 90, 40, new Account(25, 2, 1, Map.of("source_not_json", 2L), 4096), null);

    private static final RangeSplit READ = SPLIT.settledTo(90, Account.EMPTY)
            .read(new RangeChecksum(new ByteChecksum(0xCAFEBABEL, 77), new FileChecksum("_a.fdt", 99, 0xDEADBEEFL)));

    /** The released forms. A build that cannot read it cannot restore a running migration. */
    private static final String VERSION_1 = "000762c3bc6368657200000003" + "00025f61" + "0000000a0000005a00000028"
            + "0000000000000019000000000000000200000000000000010000000000001000"
            + "00000001000f736f757263655f6e6f745f6a736f6e0000000000000002";

    private static final String VERSION_2 = VERSION_1.replace("0000005a00000028", "0000005a0000005a") + "01"
            + "00000000cafebabe000000000000004d" + "01" + "00065f612e666474" + "0000000000000063" + "00000000deadbeef";

    private final RangeSplitSerializer serializer = new RangeSplitSerializer();

    @Test
    void writesTheFrozenBytes() throws IOException {
        assertThat(HexFormat.of().formatHex(serializer.serialize(READ))).isEqualTo(VERSION_2);
        assertThat(HexFormat.of().formatHex(serializer.serialize(SPLIT))).isEqualTo(VERSION_1 + "00");
    }

    @Test
    void readsTheFrozenBytesOfEveryVersion() throws IOException {
        assertThat(serializer.deserialize(1, HexFormat.of().parseHex(VERSION_1)))
                .isEqualTo(SPLIT);
        assertThat(serializer.deserialize(2, HexFormat.of().parseHex(VERSION_1 + "00")))
                .isEqualTo(SPLIT);
        assertThat(serializer.deserialize(2, HexFormat.of().parseHex(VERSION_2)))
                .isEqualTo(READ);
    }

    @Test
    void keepsTheCountOfRebuiltDocuments() throws IOException {
        RangeSplit rebuilt = SPLIT.settledTo(90, new Account(1, 0, 0, Map.of("source_not_stored", 4L), 10, 7));

        RangeSplit read = serializer.deserialize(2, serializer.serialize(rebuilt));

        assertThat(read).isEqualTo(rebuilt);
        assertThat(read.account().rebuilt()).isEqualTo(7);
        assertThat(read.account().leftOutTotal()).isEqualTo(SPLIT.account().leftOutTotal() + 4);
    }

    @Test
    void refusesAVersionItDoesNotKnow() {
        assertThatThrownBy(() -> serializer.deserialize(7, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot restore a document range of version 7: this build reads versions 1 to 2."
                        + " Restore with the build that wrote it.");
    }
}
