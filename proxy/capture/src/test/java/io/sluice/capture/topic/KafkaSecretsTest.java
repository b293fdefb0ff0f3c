package io.sluice.capture.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSecretsTest {

    private static final String LOGIN =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"capture\" password='hush hush';";

    @Test
    void areTakenOutOfTextsWhereverTheyStand() {
        KafkaSecrets secrets = new KafkaSecrets(Map.of(
                "sasl.jaas.config", LOGIN,
                "ssl.keystore.password", "quiet",
                "ssl.keystore.key", "-----BEGIN PRIVATE KEY-----\nMII\n",
                "security.protocol", "SASL_SSL",
                "ssl.truststore.location", "/etc/ca.pem"));

        assertThat(secrets.hide("hush hush, quiet! -----BEGIN PRIVATE KEY-----\nMII\n " + LOGIN + " hush hush"))
                .isEqualTo("***, ***! *** *** ***");
        assertThat(secrets.hide("user capture by SASL_SSL with /etc/ca.pem"))
                .isEqualTo("user capture by SASL_SSL with /etc/ca.pem");
    }
}
