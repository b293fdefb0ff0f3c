package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.benchmarks.ProxyRig.Part;
import io.sluice.testkit.HaproxyProcess;
import io.sluice.testkit.KafkaProcess;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the capture proxy beside HAProxy, with a source that answers at once and a real Kafka, all on this machine. */
@Command(
        name = ProxyCommand.NAME,
        description = "Measures how it goes: " + ProxyCommand.DESCRIPTION + ".",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class ProxyCommand implements Callable<Integer> {

    static final String NAME = "proxy";
    static final String DESCRIPTION = "the capture proxy beside HAProxy: CPU for each request, latency, memory";

    @Option(names = "--json", description = "Print one line of JSON and nothing else on standard output.")
    private boolean json;

    @Option(names = "--connections", paramLabel = "N", description = "How many connections send requests.")
    private int connections = 16;

    @Option(names = "--seconds", paramLabel = "N", description = "How long each measurement takes.")
    private double seconds = 8;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds of load before the first measurement of a process.")
    private double warmUpSeconds = 8;

    @Option(names = "--runs", paramLabel = "N", description = "How often everything is repeated, with new processes.")
    private int runs = 3;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "What to measure: ${COMPLETION-CANDIDATES}.",
            showDefaultValue = Help.Visibility.NEVER)
    private List<Measured> only = List.of(Measured.values());

    @Option(names = "--script", hidden = true, description = "The start script of the proxy.")
    private Path script = Path.of(System.getProperty("sluice.bench.proxy", "proxy/bin/sluice-proxy"));

    @Spec
    private CommandSpec spec;

    /** What is measured by itself. */
    enum Measured {
        READS,
        WRITES,
        DELAYED,
        LARGE
    }

    @Override
    public Integer call() throws IOException {
        if (!isOnPath("haproxy") || !isOnPath("h2load")) {
            throw new IOException("haproxy and h2load are needed. On Debian: apt-get install haproxy nghttp2-client");
        }
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("name", NAME);
        PrintWriter out = spec.commandLine().getOut();
        for (Measured part : only) {
            List<Figures> measured = new ArrayList<>();
            for (int run = 0; run < runs; run++) {
                measured.add(measure(part));
            }
            Figures median = Figures.medianOf(measured);
            ObjectNode node = line.putObject(part.name().toLowerCase(Locale.ROOT));
            node.setAll(median.json());
            measured.forEach(each -> node.withArray("runs").add(each.json()));
            if (!json) {
                print(out, part, measured, median);
            }
        }
        if (json) {
            out.println(line);
        }
        out.flush();
        return 0;
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private Figures measure(Measured part) throws IOException {
        try (Scratch scratch = Scratch.make();
                ProxyRig rig = new ProxyRig(script, scratch.folder())) {
            ProxyScenarios scenarios = new ProxyScenarios(rig, scratch.folder(), connections, seconds, warmUpSeconds);
            KafkaProcess kafka = rig.kafka();
            Part source = rig.source(HaproxyProcess.answering());
            return switch (part) {
                case READS -> scenarios.reads(source, kafka);
                case WRITES -> scenarios.writes(source, kafka);
                case DELAYED -> scenarios.delayed(kafka);
                case LARGE -> scenarios.large(source, kafka);
            };
        }
    }

    private void print(PrintWriter out, Measured part, List<Figures> measured, Figures median) {
        out.printf("%s %s: %d connections%n", NAME, part, connections);
        for (String name : median.names()) {
            out.printf("%-34s", name);
            measured.forEach(each -> out.printf("%14s", each.text(name)));
            out.printf("%14s%n", median.text(name));
        }
        out.println();
        out.flush();
    }
}
