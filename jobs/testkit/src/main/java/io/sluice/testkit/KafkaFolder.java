package io.sluice.testkit;

import io.sluice.testkit.broker.KafkaBroker;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;

/** The folder of one Kafka server: its data, its log, its configuration, and the command that starts it there. */
final class KafkaFolder {

    private final KafkaSetup setup;
    private final Path folder;
    private final String cluster;

    KafkaFolder(KafkaSetup setup, Path folder) throws IOException {
        this.setup = setup;
        this.folder = folder;
        this.cluster = setup.joins().isPresent() ? setup.joins().get().cluster() : clusterOf(folder);
    }

    Path path() {
        return folder;
    }

    String cluster() {
        return cluster;
    }

    Path log() {
        return folder.resolve("kafka.log");
    }

    /** Made by the process once it serves clients. */
    Path ready() {
        return folder.resolve("ready");
    }

    /** The folder to delete when nobody is left who could. */
    Optional<Path> scratch() {
        return setup.folder().isPresent() ? Optional.empty() : Optional.of(folder);
    }

    /** Writes the configuration. Data is left as it is. */
    void prepare(KafkaPorts ports) throws IOException {
        Files.deleteIfExists(ready());
        Files.deleteIfExists(ready().resolveSibling("ready.tmp"));
        Files.writeString(folder.resolve("log4j2.properties"), """
                shutdownHook = disable
                rootLogger.level = INFO
                rootLogger.appenderRef.out.ref = Out
                appender.out.name = Out
                appender.out.type = Console
                appender.out.layout.type = PatternLayout
                appender.out.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
                """);
        // Passwords are in it.
        Path file = propertiesFile();
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Writer out = Files.newBufferedWriter(file)) {
            properties(ports).store(out, null);
        }
    }

    List<String> command(Jdk jdk, List<Path> jars) {
        List<Path> classPath = new ArrayList<>(jars);
        classPath.add(ownClasses());
        List<String> command = new ArrayList<>(List.of(
                jdk.java().toString(),
                "-Xmx" + setup.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-Dlog4j.configurationFile=" + folder.resolve("log4j2.properties"),
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                KafkaBroker.class.getName(),
                propertiesFile().toString()));
        command.addAll(1, Compiling.options());
        return command;
    }

    private Path propertiesFile() {
        return folder.resolve("server.properties");
    }

    private Properties properties(KafkaPorts ports) {
        Properties to = new Properties();
        to.setProperty("testkit.cluster", cluster);
        to.setProperty("testkit.ready", ready().toString());
        setup.users().forEach((name, password) -> to.setProperty("testkit.user." + name, password));
        to.setProperty("node.id", String.valueOf(setup.nodeId()));
        to.setProperty("log.dirs", folder.resolve("data").toString());
        addListeners(to, ports);
        addSecurity(to);
        addSmallness(to);
        setup.settings().forEach(to::setProperty);
        return to;
    }

    private void addListeners(Properties to, KafkaPorts ports) {
        KafkaProcess first = setup.joins().orElse(null);
        String listeners = "CLIENTS://127.0.0.1:%d,INSIDE://127.0.0.1:%d".formatted(ports.clients(), ports.inside());
        String controller = "CONTROLLER://127.0.0.1:" + ports.controller();
        to.setProperty("process.roles", first == null ? "broker,controller" : "broker");
        to.setProperty("listeners", first == null ? listeners + "," + controller : listeners);
        to.setProperty("advertised.listeners", listeners);
        to.setProperty("inter.broker.listener.name", "INSIDE");
        to.setProperty("controller.listener.names", "CONTROLLER");
        to.setProperty(
                "listener.security.protocol.map",
                "CLIENTS:" + setup.protocol() + ",INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
        to.setProperty(
                "controller.quorum.voters",
                first == null ? setup.nodeId() + "@127.0.0.1:" + ports.controller() : first.controller());
    }

    private void addSecurity(Properties to) {
        setup.keyStore().ifPresent(file -> {
            to.setProperty("ssl.keystore.type", "PEM");
            to.setProperty("ssl.keystore.location", file.toAbsolutePath().toString());
        });
        setup.trustStore().ifPresent(file -> {
            to.setProperty("ssl.truststore.type", "PEM");
            to.setProperty("ssl.truststore.location", file.toAbsolutePath().toString());
            to.setProperty("ssl.client.auth", "required");
        });
        if (!setup.users().isEmpty()) {
            to.setProperty("sasl.enabled.mechanisms", "SCRAM-SHA-512");
            to.setProperty(
                    "listener.name.clients.scram-sha-512.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        }
    }

    /** Few threads and small buffers, and nothing that waits for brokers that a test does not have. */
    private static void addSmallness(Properties to) {
        to.setProperty("num.network.threads", "2");
        to.setProperty("num.io.threads", "4");
        to.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
        to.setProperty("auto.create.topics.enable", "false");
        to.setProperty("default.replication.factor", "1");
        to.setProperty("offsets.topic.num.partitions", "1");
        to.setProperty("offsets.topic.replication.factor", "1");
        to.setProperty("transaction.state.log.num.partitions", "1");
        to.setProperty("transaction.state.log.replication.factor", "1");
        to.setProperty("transaction.state.log.min.isr", "1");
        to.setProperty("share.coordinator.state.topic.num.partitions", "1");
        to.setProperty("share.coordinator.state.topic.replication.factor", "1");
        to.setProperty("share.coordinator.state.topic.min.isr", "1");
        to.setProperty("group.initial.rebalance.delay.ms", "0");
        // One that was killed is let in again only when its last session is over.
        to.setProperty("broker.session.timeout.ms", "3000");
        to.setProperty("broker.heartbeat.interval.ms", "500");
    }

    /** A folder that holds data keeps the id with which that was made. */
    private static String clusterOf(Path folder) throws IOException {
        Path meta = folder.resolve("data/meta.properties");
        if (!Files.exists(meta)) {
            return newCluster();
        }
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(meta)) {
            properties.load(in);
        }
        return properties.getProperty("cluster.id", newCluster());
    }

    /** Kafka's form of a UUID. */
    private static String newCluster() {
        UUID random = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(random.getMostSignificantBits())
                .putLong(random.getLeastSignificantBits());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static Path ownClasses() {
        try {
            return Path.of(KafkaBroker.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("A class path entry is no URI.", impossible);
        }
    }
}
