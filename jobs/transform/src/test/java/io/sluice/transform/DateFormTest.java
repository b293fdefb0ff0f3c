package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DateFormTest {

    private static final Instant DATE = Instant.parse("2020-01-07T02:34:05.006Z");

    private static @Nullable Object write(String format, boolean isNanos, Instant date) {
        DateForm form = DateForm.of(format, isNanos);
        return form == null ? null : form.write(date);
    }

    @ParameterizedTest
    @CsvSource({
        "strict_date_optional_time||epoch_millis, 2020-01-07T02:34:05.006Z",
        "dateOptionalTime, 2020-01-07T02:34:05.006Z",
        "epoch_millis||strict_date_optional_time, 1578364445006",
        "epoch_second, 1578364445",
        "yyyy-MM-dd HH:mm:ss, 2020-01-07 02:34:05",
        "8uuuu/MM/dd, 2020/01/07",
        "strict_date, 2020-01-07",
        "basic_date, 20200107",
        "something_else||yyyy, 2020"
    })
    void writesTheFirstFormatThatItKnows(String format, String written) {
        assertThat(write(format, false, DATE)).hasToString(written);
    }

    @Test
    void keepsNanoseconds() {
        Instant nanos = Instant.parse("2020-01-01T00:00:00.123456789Z");

        assertThat(write(DateForm.DEFAULT, true, nanos)).isEqualTo("2020-01-01T00:00:00.123456789Z");
        assertThat(write(DateForm.DEFAULT, true, DATE)).isEqualTo("2020-01-07T02:34:05.006Z");
    }

    @Test
    void knowsNotEveryFormat() {
        assertThat(DateForm.of("week_date", false)).isNull();
        assertThat(DateForm.of("yyyy-bb", false)).isNull();
    }
}
