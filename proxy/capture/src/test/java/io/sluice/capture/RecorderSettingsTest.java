package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecorderSettingsTest {

    @Test
    void showsNoSecret() {
        RecorderSettings settings = RecorderSettings.of(
                        "capture",
                        16,
                        Map.of("bootstrap.servers", "kafka:9092", "sasl.jaas.config", "password=hunter2"),
                        Path.of("journal"))
                .build();

        assertThat(settings.toString())
                .contains("kafka:9092", "sasl.jaas.config")
                .doesNotContain("hunter2");
    }

    @Test
    void leavesAloneWhatTheContractRestsOn() {
        assertThatThrownBy(() -> RecorderSettings.of(
                                "capture",
                                16,
                                Map.of("bootstrap.servers", "kafka:9092", "acks", "1"),
                                Path.of("journal"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The settings of the capture are wrong: kafka must not have acks: the capture sets it itself.");
    }
}
