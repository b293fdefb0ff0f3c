package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataStreamsTest {

    @ParameterizedTest
    @CsvSource({
        ".ds-logs-000001, false, logs",
        ".ds-logs-000001, true, logs",
        ".ds-logs-2026.11.30-000001, true, logs",
        ".ds-logs-2026.11.30-000001, false, logs-2026.11.30",
        ".ds-logs-2026.11.30-2026.12.01-000012, true, logs-2026.11.30",
        ".ds-2026.11.30-000001, true, 2026.11.30",
        ".ds-a-b-1234567, true, a-b",
        ".ds-logs-00001, false, ",
        ".ds-logs, false, ",
        ".ds-000001, false, ",
        ".ds--000001, false, ",
        "logs-000001, false, "
    })
    void aNameTellsTheStreamWithWhoMadeIt(String index, boolean dated, String stream) {
        assertThat(DataStreams.named(index, dated)).isEqualTo(stream);
    }

    @Test
    void elasticsearchWritesDatesSince7_11AndOpenSearchNever() {
        assertThat(DataStreams.isDated(7_10_02_99)).isFalse();
        assertThat(DataStreams.isDated(7_11_00_99)).isTrue();
        assertThat(DataStreams.isDated(8_500_003)).isTrue();
        assertThat(DataStreams.isDated(136_408_427)).isFalse();
    }

    @Test
    void allOfAStreamIsChosenAndRenamedByItsName() {
        IndexNames names = new IndexNames(
                        List.of("logs*"), List.of("logs-x"), List.of(new IndexNames.Rename("logs*", "old-logs*")))
                .with(new DataStreams(Map.of("shrink-1-.ds-logs-a-000001", "logs-a", "odd", "logs-a"), false));

        assertThat(names.selects(".ds-logs-a-000002")).isTrue();
        assertThat(names.selects(".ds-logs-x-000002")).isFalse();
        assertThat(names.selects(".ds-other-000002")).isFalse();
        assertThat(names.selects("odd")).isTrue();
        assertThat(names.targetName(".ds-logs-a-000002")).isEqualTo(".ds-old-logs-a-000002");
        assertThat(names.targetName("shrink-1-.ds-logs-a-000001")).isEqualTo("shrink-1-.ds-old-logs-a-000001");
        assertThat(names.targetName("odd")).isEqualTo("odd");
        assertThat(names.isOfServer(".ds-logs-a-000002")).isFalse();
        assertThat(names.isOfServer(".ds-.logs-a-000002")).isTrue();
        assertThat(names.isOfServer(".tasks")).isTrue();
        assertThat(names.targetName("logs-a")).isEqualTo("old-logs-a");
    }
}
