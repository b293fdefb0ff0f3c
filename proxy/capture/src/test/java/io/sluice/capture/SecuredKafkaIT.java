package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecuredKafkaIT {

    private static final String PASSWORD = "for-a-test";

    @TempDir
    Path folder;

    private RecorderSettings settings(KafkaProcess kafka, String topic, String password) {
        return RecorderSettings.of(topic, 2, security(kafka, password), folder.resolve("journal"))
                .startTimeout(Duration.ofSeconds(15))
                .build();
    }

    private static Map<String, String> security(KafkaProcess kafka, String password) {
        return Map.of(
                "bootstrap.servers",
                kafka.address(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"proxy\" password=\"%s\";"
                        .formatted(password));
    }

    @Test
    void recordsAsAUserAndSaysNoPassword() throws Exception {
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single().withUser("proxy", PASSWORD))) {
            Capture capture = Capture.create(security(kafka, PASSWORD), 2);

            try (KafkaRecorder recorder = KafkaRecorder.open(settings(kafka, capture.topic(), PASSWORD))) {
                assertThat(Traffic.write(recorder, "a write")).isTrue();
            }
            assertThat(capture.read().report().violations()).isEmpty();

            assertThatThrownBy(() -> KafkaRecorder.open(settings(kafka, capture.topic(), "wrong-" + PASSWORD)))
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining("Authentication failed")
                    .hasMessageNotContaining(PASSWORD);
        }
    }
}
