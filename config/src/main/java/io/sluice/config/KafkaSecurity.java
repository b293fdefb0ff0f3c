package io.sluice.config;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a client of Kafka's proves who it is and whom it trusts. The settings are Kafka's own; what can only be one way is
 * filled in, and what Kafka would silently not use is refused.
 */
final class KafkaSecurity {

    private static final String PROTOCOL = "security.protocol";
    private static final String MECHANISM = "sasl.mechanism";
    private static final String MSK_IAM = "AWS_MSK_IAM";

    private KafkaSecurity() {}

    static Map<String, Secret> read(Fields in) {
        Map<String, Secret> written = in.map("security", "Kafka setting", ValueType.SECRET);
        Map<String, Secret> security = new TreeMap<>();
        written.forEach((name, value) -> {
            if (!name.matches("(security|sasl|ssl)\\..+")) {
                in.problem("security", name + " is none of Kafka's settings security.*, sasl.*, ssl.*. Take it away.");
            }
            boolean isFile = name.matches("ssl\\.(key|trust)store\\.location");
            security.put(
                    name,
                    isFile ? new Secret(in.reading().resolve(value.value()).toString()) : value);
        });
        refuseUnused(in, complete(security));
        return security;
    }

    private static void refuseUnused(Fields in, Map<String, String> settings) {
        String protocol = settings.getOrDefault(PROTOCOL, "PLAINTEXT");
        unused(in, settings, "sasl.", protocol.startsWith("SASL_"), "SASL_SSL or SASL_PLAINTEXT");
        unused(in, settings, "ssl.", protocol.endsWith("SSL"), "SSL or SASL_SSL");
    }

    private static void unused(
            Fields in, Map<String, String> settings, String prefix, boolean isUsed, String protocols) {
        settings.keySet().stream()
                .filter(name -> name.startsWith(prefix) && !isUsed)
                .findFirst()
                .ifPresent(name -> in.problem(
                        "security",
                        "has " + name + ", which Kafka uses only with " + PROTOCOL + ": " + protocols + ". Add that."));
    }

    /** Adds what follows from the settings that were written. */
    static Map<String, String> complete(Map<String, Secret> written) {
        Map<String, String> settings = new TreeMap<>();
        written.forEach((name, value) -> settings.put(name, value.value()));
        if (MSK_IAM.equals(settings.get(MECHANISM))) {
            settings.putIfAbsent(PROTOCOL, "SASL_SSL");
            settings.putIfAbsent("sasl.jaas.config", "software.amazon.msk.auth.iam.IAMLoginModule required;");
            settings.putIfAbsent(
                    "sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler");
        }
        addType(settings, "ssl.truststore");
        addType(settings, "ssl.keystore");
        return settings;
    }

    /** Kafka takes any file for a Java key store unless it is told. */
    private static void addType(Map<String, String> settings, String store) {
        String location = settings.getOrDefault(store + ".location", "");
        if (location.matches("(?i).*\\.(pem|crt|cer)")) {
            settings.putIfAbsent(store + ".type", "PEM");
        } else if (location.matches("(?i).*\\.(p12|pfx)")) {
            settings.putIfAbsent(store + ".type", "PKCS12");
        }
    }
}
