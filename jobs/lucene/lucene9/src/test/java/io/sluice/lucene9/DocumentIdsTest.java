package io.sluice.lucene9;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.apache.lucene.index.CorruptIndexException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentIdsTest {

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "FF61C3BC23, aü#",
        "FE1234, 1234",
        "FE12345F, 12345",
        "FE0F, 0",
        "00, AA",
        "0001, AAE",
        "FBEFBE, ----",
        "FDFFFFFF, ____",
        "FDFD, _Q"
    })
    void decodesEachEncoding(String stored, String id) throws CorruptIndexException {
        assertThat(decode(HexFormat.of().parseHex(stored))).isEqualTo(id);
    }

    @Test
    void decodesWhateverBase64TheServerEncoded() throws CorruptIndexException {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(30)];
            random.nextBytes(bytes);
            bytes[0] &= 0x7F;

            assertThat(decode(bytes))
                    .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }
    }

    @Test
    void refusesWhatIsNoId() {
        assertThatThrownBy(() -> decode(new byte[0])).isInstanceOf(CorruptIndexException.class);
        assertThatThrownBy(() -> decode(HexFormat.of().parseHex("FE1A"))).isInstanceOf(CorruptIndexException.class);
    }

    private static String decode(byte[] stored) throws CorruptIndexException {
        byte[] id = new byte[DocumentIds.maxDecodedLength(stored.length)];
        return new String(id, 0, DocumentIds.decode(stored, stored.length, id), UTF_8);
    }
}
