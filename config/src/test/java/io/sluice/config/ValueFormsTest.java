package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFormsTest {

    @ParameterizedTest
    @CsvSource({
        "0b,0,0b",
        "7b,7,7b",
        "1024 B,1024,1kb",
        "10mb,10485760,10mb",
        "1536kb,1572864,1536kb",
        "2TB,2199023255552,2tb"
    })
    void readsAndWritesSizes(String text, long bytes, String shortest) {
        ByteSize size = ByteSize.parse(text);

        assertThat(size).isEqualTo(new ByteSize(bytes)).hasToString(shortest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "mb", "1.5mb", "-1mb", "10 m", "10mb/s", "9000000000tb", "99999999999999999999b"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0ms,0,0ms",
        "500ms,500,500ms",
        "30 s,30000,30s",
        "90s,90000,90s",
        "5m,300000,5m",
        "2h,7200000,2h",
        "24h,86400000,1d"
    })
    void readsAndWritesDurations(String text, long millis, String shortest) {
        Duration duration = DurationForm.parse(text);

        assertThat(duration).isEqualTo(Duration.ofMillis(millis));
        assertThat(DurationForm.format(duration)).isEqualTo(shortest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5M", "1.5s", "-1s", "s", "1w"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> DurationForm.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsAndWritesRates() {
        assertThat(Rate.parse("unlimited")).isEqualTo(Rate.UNLIMITED).hasToString("unlimited");
        assertThat(Rate.parse("5000 docs/s"))
                .isEqualTo(new Rate.Documents(5000))
                .hasToString("5000 docs/s");
        assertThat(Rate.parse("20mb/s")).isEqualTo(new Rate.Bytes(20 << 20)).hasToString("20mb/s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0 docs/s", "0mb/s", "5000", "docs/s", "5 docs", "20mb", "-1 docs/s", "Unlimited"})
    void refusesWhatIsNoRate(String text) {
        assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0:9200,0.0.0.0,9200", "proxy-1.local:0,proxy-1.local,0", "[::1]:65535,::1,65535"})
    void readsAndWritesAddresses(String text, String host, int port) {
        HostPort address = HostPort.parse(text);

        assertThat(address).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9200", "host", "host:", "host:65536", "http://host:1", "::1:9200", "a b:1"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "paralelism,parallelism,1",
        "seqno,seq_no,1",
        "verison,version,1",
        "abc,abc,0",
        "'',abc,3",
        "rate,state,2"
    })
    void countsTheEditsBetweenTwoWords(String a, String b, int edits) {
        assertThat(NearMiss.distance(a, b)).isEqualTo(edits);
        assertThat(NearMiss.distance(b, a)).isEqualTo(edits);
    }

    @ParameterizedTest
    @CsvSource({
        "*,anything,true",
        "*,'',true",
        "a*,ab,true",
        "a*,ba,false",
        "*-tmp,x-tmp,true",
        "a*b*c,aXbYc,true",
        "a*b*c,aXc,false",
        "abc,abcd,false",
        "a*a,a,false"
    })
    void matchesNamesWithStars(String pattern, String name, boolean fits) {
        assertThat(IndicesConfig.matches(pattern, name)).isEqualTo(fits);
    }
}
