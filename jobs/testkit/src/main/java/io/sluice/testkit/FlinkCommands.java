package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The command lines and the configuration of a session's processes, as Flink's own start scripts would
 * make them: its distribution is not published as a Maven artefact, but all its parts are.
 */
final class FlinkCommands {

    private static final String JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
    private static final String TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

    private static final int JOB_MANAGER_HEAP_MEGABYTES = 256;
    private static final int FRAMEWORK_HEAP_MEGABYTES = 64;
    private static final int FRAMEWORK_OFF_HEAP_MEGABYTES = 64;
    private static final int NETWORK_MEGABYTES = 64;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FlinkSetup setup;
    private final Jdk jdk;
    private final List<Path> jars;
    private final Path folder;

    FlinkCommands(FlinkSetup setup, Jdk jdk, List<Path> jars, Path folder) {
        this.setup = setup;
        this.jdk = jdk;
        this.jars = jars;
        this.folder = folder;
    }

    /** Writes {@code conf/config.yaml} and the logging configuration. */
    void configure(int restPort, int rpcPort) throws IOException {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.createDirectories(folder.resolve("tmp"));
        Files.writeString(conf.resolve("config.yaml"), yaml(configuration(restPort, rpcPort)));
        Files.writeString(conf.resolve("log4j2.properties"), """
                rootLogger.level = INFO
                rootLogger.appenderRef.out.ref = Out
                appender.out.name = Out
                appender.out.type = Console
                appender.out.layout.type = PatternLayout
                appender.out.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
                """);
    }

    List<String> jobManager() {
        List<String> command = java(JOB_MANAGER_HEAP_MEGABYTES);
        command.addAll(
                List.of(JOB_MANAGER, "--configDir", folder.resolve("conf").toString()));
        return command;
    }

    /** The process checks that every part of its memory is given and that the parts fit together. */
    List<String> taskManager(String id) {
        int directMegabytes = setup.offHeapMegabytes() + FRAMEWORK_OFF_HEAP_MEGABYTES + NETWORK_MEGABYTES;
        List<String> command = java(setup.heapMegabytes());
        command.add(1, "-XX:MaxDirectMemorySize=" + directMegabytes + "m");
        command.addAll(
                List.of(TASK_MANAGER, "--configDir", folder.resolve("conf").toString()));
        Map<String, String> memory = new TreeMap<>();
        memory.put("taskmanager.resource-id", id);
        memory.put("taskmanager.cpu.cores", "1");
        memory.put("taskmanager.memory.task.heap.size", setup.heapMegabytes() - FRAMEWORK_HEAP_MEGABYTES + "m");
        memory.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP_MEGABYTES + "m");
        memory.put("taskmanager.memory.task.off-heap.size", setup.offHeapMegabytes() + "m");
        memory.put("taskmanager.memory.framework.off-heap.size", FRAMEWORK_OFF_HEAP_MEGABYTES + "m");
        memory.put("taskmanager.memory.managed.size", "32m");
        memory.put("taskmanager.memory.network.min", NETWORK_MEGABYTES + "m");
        memory.put("taskmanager.memory.network.max", NETWORK_MEGABYTES + "m");
        memory.put("taskmanager.memory.jvm-metaspace.size", "256m");
        memory.put("taskmanager.memory.jvm-overhead.min", "192m");
        memory.put("taskmanager.memory.jvm-overhead.max", "192m");
        memory.forEach((name, value) -> command.addAll(List.of("-D", name + "=" + value)));
        return command;
    }

    private List<String> java(int heapMegabytes) {
        String classPath = jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        // Flink reflects into the JDK as soon as a job's main runs in the JobManager.
        List<String> command = new ArrayList<>(List.of(
                jdk.java().toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-Dlog4j.configurationFile=" + folder.resolve("conf/log4j2.properties"),
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "--add-opens",
                "java.base/java.util=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-cp",
                classPath));
        command.addAll(1, Compiling.options());
        return command;
    }

    private Map<String, String> configuration(int restPort, int rpcPort) {
        Map<String, String> entries = new TreeMap<>();
        entries.put("jobmanager.rpc.address", "127.0.0.1");
        entries.put("jobmanager.bind-host", "127.0.0.1");
        entries.put("jobmanager.rpc.port", String.valueOf(rpcPort));
        entries.put("rest.address", "127.0.0.1");
        entries.put("rest.bind-address", "127.0.0.1");
        entries.put("rest.port", String.valueOf(restPort));
        entries.put("taskmanager.host", "127.0.0.1");
        entries.put("taskmanager.bind-host", "127.0.0.1");
        entries.put("taskmanager.numberOfTaskSlots", String.valueOf(setup.slots()));
        entries.put("io.tmp.dirs", folder.resolve("tmp").toString());
        entries.put("web.submit.enable", "true");
        entries.put("web.refresh-interval", "100");
        entries.put("rest.cache.checkpoint-statistics.timeout", "100 ms");
        entries.put("jobmanager.scheduler", "adaptive");
        entries.put("jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling", "500 ms");
        entries.put("jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout", "1 s");
        entries.put("jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout", "1 s");
        // A TaskManager that was killed is given up after a few seconds instead of 50.
        entries.put("heartbeat.interval", "1 s");
        entries.put("heartbeat.timeout", "10 s");
        // The default of 10 s is not enough for a process that starts beside others on a small machine.
        entries.put("pekko.startup-timeout", "60 s");
        entries.put(
                "execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        entries.put(
                "execution.checkpointing.savepoint-dir",
                folder.resolve("savepoints").toUri().toString());
        entries.putAll(setup.configuration());
        return entries;
    }

    private static String yaml(Map<String, String> entries) throws JsonProcessingException {
        StringBuilder yaml = new StringBuilder();
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            yaml.append(entry.getKey())
                    .append(": ")
                    .append(JSON.writeValueAsString(entry.getValue()))
                    .append('\n');
        }
        return yaml.toString();
    }
}
