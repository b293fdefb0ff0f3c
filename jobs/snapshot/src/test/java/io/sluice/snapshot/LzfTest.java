package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LzfTest {

    @Test
    void plainAndPackedChunksFollowEachOther() throws IOException {
        byte[] bytes = bytes("ZV\0\0\3abcZV\1\0\6\0\12", 2, "xyz", 0xA0, 2, "ZV\0\0\1!");

        assertThat(decode(bytes)).isEqualTo("abcxyzxyzxyzx!".getBytes(US_ASCII));
    }

    @Test
    void aLongBackReferenceHasOneMoreByteOfLength() throws IOException {
        byte[] bytes = bytes("ZV\1\0\5\0\25", 0, "a", 0xE0, 11, 0);

        assertThat(decode(bytes)).isEqualTo("aaaaaaaaaaaaaaaaaaaaa".getBytes(US_ASCII));
    }

    @Test
    void jsonIsNoLzf() {
        assertThat(Lzf.isLzf("{}".getBytes(US_ASCII), 0, 2)).isFalse();
        assertThat(Lzf.isLzf("ZVX".getBytes(US_ASCII), 0, 3)).isFalse();
    }

    @Test
    void aReferenceToBeforeTheBeginningIsDamage() {
        byte[] bytes = bytes("ZV\1\0\4\0\5", 0, "a", 0x40, 1);

        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContainingAll("a blob", "back reference");
    }

    @Test
    void moreThanTheLimitIsRefusedBeforeItIsUnpacked() {
        byte[] bytes = bytes("ZV\1\0\5", 0xFF, 0xFF, 0, "a", 0xE0, 11, 0);

        assertThatThrownBy(() -> Lzf.decode("a blob", bytes, 0, bytes.length, 1000))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContaining("at most 1000 bytes");
    }

    @Test
    void anythingThatBeginsRightIsDecodedOrRefused() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60) + 7];
            random.nextBytes(bytes);
            System.arraycopy(bytes("ZV\1\0"), 0, bytes, 0, 4);
            bytes[4] = (byte) (bytes.length - 7);
            bytes[5] = 0;
            try {
                assertThat(decode(bytes)).hasSize(bytes[6] & 0xFF);
            } catch (IOException e) {
                assertThat(e).isInstanceOf(CorruptBlobException.class);
            }
        }
    }

    private static byte[] decode(byte[] bytes) throws IOException {
        return Lzf.decode("a blob", bytes, 0, bytes.length, 1 << 20);
    }

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                out.write(number);
            } else {
                out.writeBytes(((String) part).getBytes(US_ASCII));
            }
        }
        return out.toByteArray();
    }
}
