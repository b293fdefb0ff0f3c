package io.sluice.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Kafka server to start, and how. A value: each {@code with} method returns a changed copy.
 *
 * @param nodeId its number in its cluster
 * @param joins a server of the cluster that this one becomes a broker of; without one it is a cluster of
 *     its own, broker and controller
 * @param heapMegabytes the size of the Java heap
 * @param keyStore a PEM file with key and certificates: clients must use TLS
 * @param trustStore a PEM file with certificates: clients must show one that these have signed
 * @param users name to password: clients must authenticate with SCRAM-SHA-512
 * @param settings further settings of the server, by Kafka's names
 * @param folder where data, log and configuration are kept; without it a temporary folder is used, which
 *     goes with {@link KafkaProcess#close}, and with this JVM at the latest
 * @param startTimeout how long a start may take
 */
public record KafkaSetup(
        int nodeId,
        Optional<KafkaProcess> joins,
        int heapMegabytes,
        Optional<Path> keyStore,
        Optional<Path> trustStore,
        Map<String, String> users,
        Map<String, String> settings,
        Optional<Path> folder,
        Duration startTimeout) {

    /** Copies the maps. */
    public KafkaSetup {
        users = Map.copyOf(users);
        if (users.entrySet().stream().anyMatch(user -> (user.getKey() + user.getValue()).matches(".*[,\"\\\\].*"))) {
            throw new IllegalArgumentException("Names and passwords must be without commas, quotes and backslashes.");
        }
        settings = Map.copyOf(settings);
    }

    /** A cluster of one node with 256 MB of heap in a temporary folder, without any security. */
    public static KafkaSetup single() {
        return new KafkaSetup(
                1,
                Optional.empty(),
                256,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Duration.ofMinutes(2));
    }

    /** One more broker of a running server's cluster, with the same security and settings. */
    public static KafkaSetup joining(KafkaProcess first, int nodeId) {
        KafkaSetup its = first.setup();
        return new KafkaSetup(
                nodeId,
                Optional.of(first),
                its.heapMegabytes,
                its.keyStore,
                its.trustStore,
                its.users,
                its.settings,
                Optional.empty(),
                its.startTimeout);
    }

    /** Sets the size of the Java heap. */
    public KafkaSetup withHeapMegabytes(int megabytes) {
        return new KafkaSetup(nodeId, joins, megabytes, keyStore, trustStore, users, settings, folder, startTimeout);
    }

    /** Makes clients use TLS. */
    public KafkaSetup withTls(Path keyAndCertificates) {
        return new KafkaSetup(
                nodeId,
                joins,
                heapMegabytes,
                Optional.of(keyAndCertificates),
                trustStore,
                users,
                settings,
                folder,
                startTimeout);
    }

    /** Makes clients show a certificate that one of these has signed. */
    public KafkaSetup withClientCertificates(Path signers) {
        return new KafkaSetup(
                nodeId, joins, heapMegabytes, keyStore, Optional.of(signers), users, settings, folder, startTimeout);
    }

    /** Makes clients authenticate, and adds one who can. What makes users cannot be told of commas and quotes. */
    public KafkaSetup withUser(String name, String password) {
        return new KafkaSetup(
                nodeId,
                joins,
                heapMegabytes,
                keyStore,
                trustStore,
                with(users, name, password),
                settings,
                folder,
                startTimeout);
    }

    /** Lets clients do only what an ACL allows them; who comes by {@link KafkaProcess#insideAddress} may do all. */
    public KafkaSetup withAcls() {
        return withSetting("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withSetting("super.users", "User:ANONYMOUS");
    }

    /** Adds a setting of the server. */
    public KafkaSetup withSetting(String name, String value) {
        return new KafkaSetup(
                nodeId,
                joins,
                heapMegabytes,
                keyStore,
                trustStore,
                users,
                with(settings, name, value),
                folder,
                startTimeout);
    }

    /** Keeps data, log and configuration in a folder; data that is there already is opened. */
    public KafkaSetup withFolder(Path workFolder) {
        return new KafkaSetup(
                nodeId,
                joins,
                heapMegabytes,
                keyStore,
                trustStore,
                users,
                settings,
                Optional.of(workFolder),
                startTimeout);
    }

    /** The passwords are not shown. */
    @Override
    public String toString() {
        return "Kafka node " + nodeId + " for clients by " + protocol();
    }

    /** Kafka's name of what its clients must speak. */
    String protocol() {
        String transport = keyStore.isPresent() ? "SSL" : "PLAINTEXT";
        return users.isEmpty() ? transport : "SASL_" + transport;
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> more = new HashMap<>(map);
        more.put(name, value);
        return more;
    }
}
