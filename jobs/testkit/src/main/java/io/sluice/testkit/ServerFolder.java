package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The folder of one node: what its configuration says, and with what command and environment it starts. */
final class ServerFolder {

    /**
     * All servers refuse to run as root, which most learn through JNA's native part. Where that cannot be
     * loaded they skip the question, and with it the memory lock and the system call filter, which a server
     * on the loopback address does not require. For the others see {@link Distribution#dropsRoot}.
     */
    private static final String WITHOUT_NATIVE_ACCESS =
            " -Djna.nosys=true -Djna.nounpack=true -Djna.noclasspath=true -Djna.boot.library.path=/nonexistent";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerSetup setup;
    private final Seat seat;
    private final Path cached;
    private final Path home;
    private final Path folder;

    /** @param cached the unpacked server, which nobody writes to */
    ServerFolder(ServerSetup setup, Seat seat, Path cached, Path folder) {
        this.setup = setup;
        this.seat = seat;
        this.cached = cached;
        this.folder = folder;
        // The cache lies under root's own folder, where nobody else may look.
        this.home = setup.distribution().dropsRoot() ? folder.resolve("home") : cached;
    }

    Path path() {
        return folder;
    }

    /** What the node is called in its cluster. */
    String nodeName() {
        return seat.nodeName();
    }

    /** Where repositories may lie. */
    List<Path> repositories() {
        return setup.repositories().stream().map(folder::resolve).toList();
    }

    /** The folder itself, if it is to go with this JVM. */
    Optional<Path> scratch() {
        return setup.folder().isPresent() ? Optional.empty() : Optional.of(folder);
    }

    /** What the process prints; the server's own log is the same. */
    Path log() {
        return folder.resolve("server.log");
    }

    /** Writes the configuration. Keeps data and logs of an earlier start. */
    void prepare(int httpPort, int transportPort) throws IOException {
        boolean dropsRoot = setup.distribution().dropsRoot();
        if (dropsRoot && !Files.exists(home)) {
            Folders.copy(cached, home);
        }
        for (String name : List.of("data", "logs", "tmp")) {
            Files.createDirectories(folder.resolve(name));
        }
        for (Path repository : repositories()) {
            Files.createDirectories(repository);
        }
        Path config = folder.resolve("config");
        Folders.delete(config);
        Folders.copy(home.resolve("config"), config);
        Files.writeString(
                config.resolve(setup.distribution().product().lowerCase() + ".yml"), settings(httpPort, transportPort));
        keepOutOfTheHome(config.resolve("jvm.options"));
        if (dropsRoot) {
            OrdinaryUser.own(folder);
            for (Path repository : repositories()) {
                OrdinaryUser.own(repository);
            }
        }
    }

    List<String> command() {
        Distribution distribution = setup.distribution();
        List<String> command = List.of(
                home.resolve("bin").resolve(distribution.product().lowerCase()).toString());
        return distribution.dropsRoot() ? OrdinaryUser.command(command) : command;
    }

    Map<String, String> environment(Jdk jdk) {
        String prefix = setup.distribution().product().variablePrefix();
        String heap = "-Xms%1$dm -Xmx%1$dm -XX:-AlwaysPreTouch %2$s"
                .formatted(setup.heapMegabytes(), String.join(" ", Compiling.options()));
        boolean withoutNativeAccess = Machine.isRoot() && !setup.distribution().dropsRoot();
        Map<String, String> environment = new HashMap<>();
        environment.put("JAVA_HOME", jdk.home().toString());
        environment.put(prefix + "_JAVA_HOME", jdk.home().toString());
        environment.put(prefix + "_PATH_CONF", folder.resolve("config").toString());
        environment.put(prefix + "_TMPDIR", folder.resolve("tmp").toString());
        environment.put(prefix + "_JAVA_OPTS", withoutNativeAccess ? heap + WITHOUT_NATIVE_ACCESS : heap);
        return environment;
    }

    private String settings(int httpPort, int transportPort) throws JsonProcessingException {
        Distribution distribution = setup.distribution();
        Map<String, Object> settings = new TreeMap<>(distribution.settings());
        settings.put("cluster.name", setup.clusterName());
        settings.put("node.name", nodeName());
        settings.put("network.host", "127.0.0.1");
        settings.put("http.port", httpPort);
        settings.put(distribution.hasTypes() ? "transport.tcp.port" : "transport.port", transportPort);
        settings.putAll(seat.settings(distribution));
        settings.put("path.data", folder.resolve("data").toString());
        settings.put("path.logs", folder.resolve("logs").toString());
        settings.put("path.repo", repositories().stream().map(Path::toString).toList());
        settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        settings.putAll(setup.settings());
        StringBuilder yaml = new StringBuilder();
        for (Map.Entry<String, Object> setting : settings.entrySet()) {
            // JSON is YAML, and quotes whatever needs it.
            yaml.append(setting.getKey())
                    .append(": ")
                    .append(JSON.writeValueAsString(setting.getValue()))
                    .append('\n');
        }
        return yaml.toString();
    }

    /** The options as published write garbage-collector logs and dumps into the home, which nodes share. */
    private static void keepOutOfTheHome(Path jvmOptions) throws IOException {
        List<String> kept = Files.readAllLines(jvmOptions).stream()
                .filter(line -> !line.contains("logs/") && !line.contains("HeapDump") && !line.contains("GCLog"))
                .toList();
        Files.write(jvmOptions, kept);
    }
}
