package io.sluice.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.IndexLine;
import io.sluice.cluster.ServerInfo;
import io.sluice.config.ClusterConfig;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice clusters …}: looks at source and target and changes nothing, unless {@code curl} is told to. */
@Command(name = "clusters", description = "Looks at source and target.", synopsisSubcommandLabel = "COMMAND")
final class ClustersCommand {

    private final Invocation invocation;

    private ClustersCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    static CommandLine commands(Invocation invocation) {
        return new CommandLine(new ClustersCommand(invocation)).addSubcommand(new CurlCommand(invocation));
    }

    @Command(description = "Checks connection, credentials and versions.")
    int check(@Mixin Sides sides) throws Exception {
        Output output = invocation.output();
        Table table = new Table("cluster", "endpoint", "answer");
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        List<Checked> all = sides.of(invocation).entrySet().stream()
                .map(side -> check(side.getKey(), side.getValue()))
                .toList();
        for (Checked checked : all) {
            table.row(checked.side(), checked.endpoint(), checked.isReachable() ? checked.version() : "failed");
            document.set(checked.side(), checked.toJson());
        }
        output.table(table);
        all.stream().map(Checked::problem).filter(problem -> !problem.isEmpty()).forEach(output::error);
        output.document(document);
        return all.stream().allMatch(Checked::isReachable) ? ExitCode.DONE : ExitCode.FAILED;
    }

    /**
     * What one cluster said.
     *
     * @param flavor and {@code version}: empty when there is a problem
     */
    private record Checked(String side, String endpoint, String flavor, String version, String problem) {

        boolean isReachable() {
            return problem.isEmpty();
        }

        ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("endpoint", endpoint).put("ok", isReachable());
            return isReachable()
                    ? json.put("distribution", flavor).put("version", version.substring(flavor.length() + 1))
                    : json.put("problem", problem);
        }
    }

    private static Checked check(String side, ClusterConfig config) {
        String endpoint = config.endpoint().toString();
        try (Cluster cluster = Cluster.connect(ClusterAddresses.of(config))) {
            ServerInfo info = cluster.info();
            return new Checked(side, endpoint, info.flavor().toString(), info.toString(), "");
        } catch (IOException failure) {
            return new Checked(side, endpoint, "", "", side + ": " + failure.getMessage());
        }
    }

    @Command(description = "Lists the indices.")
    int cat(@Mixin Sides sides) throws Exception {
        Table table = new Table("cluster", "index", "health", "status", "documents", "size");
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, ClusterConfig> side : sides.of(invocation).entrySet()) {
            ArrayNode lines = document.putArray(side.getKey());
            for (IndexLine index : indices(side.getValue())) {
                table.row(
                        side.getKey(),
                        index.name(),
                        index.health(),
                        index.status(),
                        index.documents() < 0 ? "" : Numbers.grouped(index.documents()),
                        index.bytes() < 0 ? "" : Numbers.bytes(index.bytes()));
                lines.add(json(index));
            }
        }
        invocation.output().table(table);
        invocation.output().document(document);
        return ExitCode.DONE;
    }

    private static List<IndexLine> indices(ClusterConfig config) throws IOException {
        try (Cluster cluster = Cluster.connect(ClusterAddresses.of(config))) {
            return cluster.indices().stream()
                    .sorted(Comparator.comparing(IndexLine::name))
                    .toList();
        }
    }

    private static ObjectNode json(IndexLine index) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("name", index.name())
                .put("uuid", index.uuid())
                .put("health", index.health())
                .put("status", index.status());
        if (index.documents() >= 0) {
            json.put("documents", index.documents());
        }
        return index.bytes() >= 0 ? json.put("bytes", index.bytes()) : json;
    }
}
