package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 1.5, -1.5, Double.MIN_VALUE, -Double.MAX_VALUE, Double.POSITIVE_INFINITY})
    void readsSortableDoubles(double number) {
        long bits = Double.doubleToLongBits(number);
        long sortable = bits < 0 ? bits ^ Long.MAX_VALUE : bits;

        assertThat(Decoder.DOUBLE.decode(sortable)).isEqualTo(number);
        assertThat(Decoder.DOUBLE.decode(number)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -0.0f, 1.1f, -1.1f, Float.MIN_VALUE, -Float.MAX_VALUE})
    void readsSortableFloats(float number) {
        int bits = Float.floatToIntBits(number);
        long sortable = bits < 0 ? bits ^ Integer.MAX_VALUE : bits;

        assertThat(Decoder.FLOAT.decode(sortable)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "15872, 1.5", "1, 5.9604645E-8", "31743, 65504", "-15873, -1.5", "1024, 6.1035156E-5"})
    void readsSortableHalfFloats(long sortable, float number) {
        assertThat(Decoder.HALF_FLOAT.decode(sortable)).isEqualTo(number);
    }

    @Test
    void readsUnsignedLongsOfBothServers() {
        BigInteger most = new BigInteger("18446744073709551615");

        assertThat(Decoder.unsignedLong(true).decode(Long.MAX_VALUE)).isEqualTo(most);
        assertThat(Decoder.unsignedLong(false).decode(-1L)).isEqualTo(most);
        assertThat(Decoder.unsignedLong(true).decode(Long.MIN_VALUE)).isEqualTo(BigInteger.ZERO);
    }

    @Test
    void readsScaledFloatsAndBooleans() {
        assertThat(Decoder.scaledFloat(100).decode(1234L)).isEqualTo(12.34);
        assertThat(Decoder.BOOLEAN.decode(1L)).isEqualTo(true);
        assertThat(Decoder.BOOLEAN.decode("F")).isEqualTo(false);
        assertThat(Decoder.BOOLEAN.decode("T".getBytes(UTF_8))).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:10.0.0.1, 10.0.0.1",
        "::1, ::1",
        "::, ::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "fe80:1:2:3:4:5:6:7, fe80:1:2:3:4:5:6:7",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "1:2:3::, 1:2:3::"
    })
    void writesAddressesInTheirCanonicalForm(String address, String written) throws Exception {
        byte[] bytes = InetAddress.getByName(address).getAddress();
        byte[] sixteen = bytes;
        if (bytes.length == 4) {
            sixteen = new byte[16];
            sixteen[10] = -1;
            sixteen[11] = -1;
            System.arraycopy(bytes, 0, sixteen, 12, 4);
        }

        assertThat(Decoder.IP.decode(sixteen)).isEqualTo(written);
    }

    /** The value is of a real index: 41.12, -71.34. */
    @Test
    void readsPoints() {
        assertThat(Decoder.GEO_POINT.decode(4214056201555866375L))
                .isEqualTo(Map.of("lat", new BigDecimal("41.12"), "lon", new BigDecimal("-71.34")));
        assertThat(Decoder.GEO_POINT.decode("41.12,-71.34")).isEqualTo("41.12,-71.34");
    }

    /** As Lucene encodes them: the number of the step from the equator, and from the meridian. */
    @Test
    void readsPointsThatAreKeptAsTheSame() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            int latitude = random.nextInt();
            int longitude = random.nextInt();
            Map<?, ?> point = (Map<?, ?>) Decoder.GEO_POINT.decode((long) latitude << 32 | (longitude & 0xFFFF_FFFFL));

            assertThat(point.get("lat"))
                    .satisfies(lat -> assertThat(step(lat, 180)).isEqualTo(latitude));
            assertThat(point.get("lon"))
                    .satisfies(lon -> assertThat(step(lon, 360)).isEqualTo(longitude));
        }
    }

    private static int step(Object degrees, int range) {
        return (int) Math.floor(((BigDecimal) degrees).doubleValue() / (range / 0x1p32));
    }

    @Test
    void unpacksSeveralValuesOfOne() {
        assertThat(Decoder.unpack(new byte[] {2, 1, 'a', 0}).stream().map(Decoder.TEXT::decode))
                .containsExactly("a", "");
    }

    @Test
    void refusesWhatIsNotOfItsKind() {
        assertThatThrownBy(() -> Decoder.INTEGER.decode("text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a value of the kind String");
        assertThatThrownBy(() -> Decoder.unpack(new byte[] {1, 9})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Decoder.IP.decode(new byte[3])).isInstanceOf(IllegalArgumentException.class);
    }
}
