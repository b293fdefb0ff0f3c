package io.sluice.testkit.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Formats the storage of one Kafka server, if it is new, and runs the server until the process is told to end. */
public final class KafkaBroker {

    /** Properties with this prefix are for this class; all others are Kafka's. */
    private static final String OWN = "testkit.";

    private KafkaBroker() {}

    /**
     * Runs a server until SIGTERM.
     *
     * @param args a file of properties: Kafka's, {@code testkit.cluster} with the cluster's id,
     *     {@code testkit.ready} with a file to make once clients are served, and one
     *     {@code testkit.user.NAME} with the password of each SCRAM user
     */
    @SuppressWarnings("noSystemExitOutsideMain")
    public static void main(String[] args) {
        // Made here and not in a constant: whoever only asks for this class's name has no logging of it.
        Logger log = LoggerFactory.getLogger(KafkaBroker.class);
        try {
            run(load(Path.of(args[0])));
        } catch (Exception failed) {
            log.error("Kafka does not start.", failed);
            // What has been started of it would keep the process alive, and might not end in an orderly way.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(Properties properties) throws Exception {
        Path ready = Path.of(take(properties, "ready"));
        format(properties);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-shutdown"));
        server.startup();
        Path half = ready.resolveSibling(ready.getFileName() + ".tmp");
        Files.createFile(half);
        Files.move(half, ready, StandardCopyOption.ATOMIC_MOVE);
        server.awaitShutdown();
    }

    private static void format(Properties properties) throws Exception {
        String data = properties.getProperty("log.dirs");
        new Formatter()
                .setPrintStream(System.out)
                .setIgnoreFormatted(true)
                .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                .setClusterId(take(properties, "cluster"))
                .addDirectory(data)
                .setMetadataLogDirectory(data)
                .setControllerListenerName(properties.getProperty("controller.listener.names"))
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setScramArguments(takeUsers(properties))
                .run();
    }

    private static List<String> takeUsers(Properties properties) {
        List<String> users = new ArrayList<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(OWN + "user.")) {
                String user = name.substring((OWN + "user.").length());
                users.add("SCRAM-SHA-512=[name=\"" + user + "\",password=\"" + properties.remove(name) + "\"]");
            }
        }
        return users;
    }

    private static String take(Properties properties, String name) {
        return String.valueOf(properties.remove(OWN + name));
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties;
    }
}
