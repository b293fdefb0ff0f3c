package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.StateDirectory;
import io.sluice.testkit.DocumentScan;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real clusters, made different in every way. */
class VerifyIT {

    private static final int DOCUMENTS = 1_200;

    /** Of two shards it leads to the first, and r2 to the second, on both servers: on one shard there is an id only once. */
    private static final String OTHER_ROUTING = "elsewhere";

    /** All that differs in {@code books}: verdict, id, and routing or path. */
    private static final List<String> DIFFERENCES = List.of(
            "different 21 price",
            "different 31 nested.a.b.1",
            "different 41 price",
            "different 81 tags.0 tags.1",
            "extra 50 =" + OTHER_ROUTING,
            "extra more",
            "missing 11",
            "missing 50 =r2",
            "missing 60 =r0");

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @BeforeEach
    void makeThemDifferent() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
        index(source, "books", 2);
        index(source, "notes", 3);
        index(source, "shut", 1);
        index(source, "lost", 1);
        StringBuilder books = new StringBuilder();
        StringBuilder notes = new StringBuilder();
        for (int i = 0; i < DOCUMENTS; i++) {
            books.append(
                    i % 10 == 0
                            ? "{\"index\":{\"_id\":\"%d\",\"routing\":\"r%d\"}}\n".formatted(i, i % 3)
                            : "{\"index\":{\"_id\":\"%d\"}}\n".formatted(i));
            books.append("{\"n\":%d,\"price\":1.50,\"nested\":{\"a\":{\"b\":[1,%d]}},\"tags\":[\"x\",\"y\"]}\n"
                    .formatted(i, i));
            notes.append("{\"index\":{}}\n{\"text\":\"note é %d\"}\n".formatted(i));
        }
        bulk(source, "books", books.toString());
        bulk(source, "notes", notes.toString());
        bulk(source, "shut", "{\"index\":{\"_id\":\"1\"}}\n{}\n");
        bulk(source, "lost", "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"index\":{\"_id\":\"2\"}}\n{}\n");
        copy("books", 2, VerifyIT::changed);
        copy("notes", 2, line -> line); // other shards: documents lie elsewhere
        bulk(target, "books", "{\"index\":{\"_id\":\"more\",\"version\":0,\"version_type\":\"external_gte\"}}\n{}\n");
        Servers.succeed(source, "POST", "/shut/_close", "");
        index(target, "much", 1);
        bulk(target, "much", "{\"index\":{\"_id\":\"1\"}}\n{}\n");
        configure();
    }

    private void configure() throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: verify
                state: "%s"
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                """.formatted(folder.resolve("state"), source, target));
    }

    /** What the target gets for an action and a source; empty for nothing. */
    private static String changed(String lines) {
        String id = lines.replaceFirst("(?s).*?\"_id\":\"([^\"]*)\".*", "$1");
        return switch (id) {
            case "11", "60" -> "";
            case "21" -> lines.replace("1.50", "1.51");
            case "41" -> lines.replace("1.50", "1.5");
            case "31" -> lines.replace("[1,31]", "[1,32]");
            case "50" -> lines.replace("\"r2\"", "\"" + OTHER_ROUTING + "\"");
            case "81" -> lines.replace("[\"x\",\"y\"]", "[\"y\",\"x\"]");
            case "71" ->
                lines.substring(0, lines.indexOf('\n') + 1)
                        + "{ \"tags\" : [\"x\",\"\\u0079\"],\"nested\":{\"a\":{\"b\":[1, 71]}}, \"price\":1.50,\"n\":71}\n";
            default -> lines;
        };
    }

    @Test
    void exactlyWhatDiffersIsFoundAndMendedWhenToldSo() throws Exception {
        CommandRun run = CommandRun.in(folder).run("verify", "--json");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        JsonNode report = report(run);
        assertThat(report.path("verdict").asText()).isEqualTo("different");
        assertThat(differences(report)).containsExactlyElementsOf(DIFFERENCES);
        assertThat(names(report, "missing_indices")).containsExactly("lost 2");
        assertThat(names(report, "extra_indices")).containsExactly("much 1");
        assertThat(report.path("not_compared_indices").toString())
                .isEqualTo("[{\"name\":\"shut\",\"rule\":\"closed_at_source\"}]");
        JsonNode all = report.path("documents");
        assertThat(counts(all))
                .isEqualTo(
                        "source %d target %d equal %d missing 5 extra 3 different 4 not_settled 0 not_compared 0 repaired 0"
                                .formatted(2 * DOCUMENTS + 2, 2 * DOCUMENTS, 2 * DOCUMENTS - 7));
        assertThat(folder.resolve("state/verify")
                        .resolve(report.path("files").asText())
                        .resolve("report.html"))
                .content()
                .contains("Source and target differ", "<svg", "much");

        CommandRun repair = CommandRun.in(folder).run("verify", "--json", "--repair", "--index", "books");

        assertThat(repair.exitCode()).as("%s %s", repair.err(), repair.out()).isZero();
        assertThat(report(repair).at("/documents/repaired").asLong()).isEqualTo(DIFFERENCES.size());
        assertThat(differences(report(repair))).containsExactlyElementsOf(DIFFERENCES);

        CommandRun again = CommandRun.in(folder).run("verify", "--json", "--index", "books");

        assertThat(again.exitCode()).as("%s", again.out()).isZero();
        assertThat(counts(report(again).path("documents")))
                .isEqualTo(
                        "source %d target %d equal %d missing 0 extra 0 different 0 not_settled 0 not_compared 0 repaired 0"
                                .formatted(DOCUMENTS, DOCUMENTS, DOCUMENTS));
    }

    @Test
    void whatTheReplayHasNotConfirmedIsNotSettled() throws Exception {
        Path status =
                Files.createDirectories(folder.resolve("state/verify/status")).resolve("replay.json");
        Files.writeString(
                status,
                "{\"number\":1,\"state\":\"paused\",\"updated\":\"%s\",\"replayed_until\":\"%s\"}"
                        .formatted(
                                Instant.now().plusSeconds(3_600), Instant.now().minusSeconds(1)));

        CommandRun run =
                CommandRun.in(folder).run("verify", "--json", "--sample", "50%", "--index", "books", "--settle", "1");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        JsonNode report = report(run);
        List<String> found = differences(report);
        assertThat(found).isNotEmpty().allMatch(line -> line.startsWith("not_settled "));
        assertThat(report.at("/documents/not_settled").asInt()).isEqualTo(found.size());
        assertThat(report.at("/documents/missing").asInt()).isZero();
        assertThat(DIFFERENCES)
                .map(VerifyIT::id)
                .containsAll(found.stream().map(VerifyIT::id).toList());
        assertThat(report.at("/documents/source").asLong()).isBetween(DOCUMENTS / 4L, DOCUMENTS * 3L / 4);
    }

    @Test
    void whatTheListsNameAloneIsCompared() throws Exception {
        Path state = folder.resolve("state/verify");
        Path failures =
                Files.createDirectories(state.resolve("failures/backfill")).resolve("failed-1.ndjson");
        Files.writeString(failures, "{\"target\":\"books\",\"action\":{\"index\":{\"_id\":\"11\"}}}\n");
        Path outcomes = Files.createDirectories(state.resolve("outcomes/replay/2026-11-30"))
                .resolve("outcomes-1.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(outcomes))) {
            out.write(
                    ("{\"verdict\":\"failed\",\"items\":{\"failed\":2},\"lacks\":[{\"item\":0,\"index\":\"books\",\"id\":\"21\"},"
                                    + "{\"item\":1,\"index\":\"books\",\"id\":\"22\"}]}\n"
                                    + "{\"verdict\":\"failed\",\"lacks\":[{\"index\":\"tomes\",\"id\":\"41\"}]}\n"
                                    + "{\"verdict\":\"unknown\",\"index\":\"vanished\"}\n")
                            .getBytes(StandardCharsets.UTF_8));
        }

        Servers.succeed(source, "PUT", "/books/_alias/tomes", "");
        CommandRun run = CommandRun.in(folder).run("verify", "--json", "--from-lists");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(differences(report(run))).containsExactly("different 21 price", "different 41 price", "missing 11");
        assertThat(report(run).path("names_unresolved").toString()).isEqualTo("[\"vanished\"]");
        assertThat(counts(report(run).path("documents")))
                .isEqualTo(
                        "source 4 target 3 equal 1 missing 1 extra 0 different 2 not_settled 0 not_compared 0 repaired 0");
    }

    @Test
    void whatNoListNamesKeepsItFromBeingEqual() throws Exception {
        Path status = Files.createDirectories(folder.resolve("state/verify/status"));
        Files.writeString(status.resolve("backfill.json"), """
                {"number":1,"state":"finished","failed_shards":[{"index":"lost","shard":0,"reason":"torn","suspect":[]}],
                 "indices":[{"name":"lost","target":"lost","complete":false},{"name":"notes","target":"notes","complete":true}]}
                """);

        CommandRun never = CommandRun.in(folder).run("verify", "--json", "--from-lists");

        assertThat(never.exitCode()).as("%s", never.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(names(report(never), "missing_indices")).containsExactly("lost 2");

        Files.delete(status.resolve("backfill.json"));
        Files.writeString(
                status.resolve("replay.json"),
                "{\"number\":1,\"state\":\"stopped\",\"exchanges\":{\"gaps\":2,\"malformed\":1}}");

        CommandRun torn = CommandRun.in(folder).run("verify", "--json", "--from-lists");

        assertThat(torn.exitCode()).as("%s", torn.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(report(torn).path("verdict").asText()).isEqualTo("incomplete");
        assertThat(report(torn).path("lists_not_compared").toString())
                .isEqualTo("[{\"rule\":\"gaps\",\"count\":2},{\"rule\":\"malformed\",\"count\":1}]");
        assertThat(torn.err())
                .anyMatch(line -> line.contains("not compared, by rule malformed"))
                .anyMatch(line -> line.contains("sluice verify"));
    }

    private static String id(String difference) {
        return difference.split(" ", -1)[1];
    }

    @Test
    void killedAndGoneOnWithItReportsTheSame() throws Exception {
        try (VerifyProcess process = VerifyProcess.start(folder, "--parallelism", "1", "--rate", "150 docs/s")) {
            process.killAt(VerifyIT::isInTheMiddle);
        }

        CommandRun run = CommandRun.in(folder).run("verify", "--json");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(run.err()).anyMatch(line -> line.startsWith("Going on from"));
        assertThat(differences(report(run))).containsExactlyElementsOf(DIFFERENCES);

        CommandRun undisturbed = CommandRun.in(folder).run("verify", "--json", "--fresh");
        assertThat(withoutItsRun(report(run))).isEqualTo(withoutItsRun(report(undisturbed)));
    }

    /** Which documents are examples is up to the order in which they come; how many were on their way, to the moment. */
    private static JsonNode withoutItsRun(JsonNode report) {
        ObjectNode rest = (ObjectNode) report;
        rest.remove(List.of("run", "files", "equal_on_second_look"));
        rest.path("indices").forEach(index -> ((ObjectNode) index).remove("examples"));
        return rest;
    }

    /** A part is over, and kept, and it is in another. */
    private static boolean isInTheMiddle(StateDirectory state) throws Exception {
        return state.newestRestorePoint("verify").isPresent()
                && state.status("verify")
                        .read()
                        .map(status -> status.at("/documents/source").asLong() > DOCUMENTS)
                        .orElse(false);
    }

    private static JsonNode report(CommandRun run) throws IOException {
        assertThat(run.out()).as("%s", run.err()).hasSize(1);
        return new ObjectMapper().readTree(run.out().get(0));
    }

    /** Of {@code books}, from the files. */
    private List<String> differences(JsonNode report) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        Path files = folder.resolve("state/verify")
                .resolve(report.path("files").asText())
                .resolve("differences");
        try (Stream<Path> all = Files.list(files)) {
            for (Path file : all.filter(one -> !one.getFileName().toString().startsWith("."))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode one = new ObjectMapper().readTree(line);
                    assertThat(one.path("index").asText()).isEqualTo("books");
                    List<String> words = new ArrayList<>();
                    words.add(one.path("verdict").asText());
                    words.add(one.path("id").asText());
                    if (one.has("routing")) {
                        words.add("=" + one.path("routing").asText());
                    }
                    one.path("paths").forEach(path -> words.add(path.asText()));
                    assertThat(found.add(String.join(" ", words))).isTrue();
                }
            }
        }
        return List.copyOf(found);
    }

    private static String counts(JsonNode counts) {
        List<String> words = new ArrayList<>();
        counts.properties().forEach(count -> words.add(count.getKey() + " " + count.getValue()));
        return String.join(" ", words);
    }

    private static List<String> names(JsonNode report, String field) {
        List<String> names = new ArrayList<>();
        report.path(field)
                .forEach(index -> names.add(index.path("name").asText() + " "
                        + index.path("documents").asText()));
        return names;
    }

    private static void index(URI cluster, String name, int shards) throws IOException {
        Servers.succeed(
                cluster,
                "PUT",
                "/" + name,
                "{\"settings\":{\"number_of_shards\":%d,\"number_of_replicas\":0}}".formatted(shards));
    }

    private static void bulk(URI cluster, String index, String lines) throws IOException {
        JsonNode answer = Servers.succeed(cluster, "POST", "/" + index + "/_bulk?refresh=true", lines);
        assertThat(answer.path("errors").asBoolean()).as("%s", answer).isFalse();
    }

    /** As a backfill does: under the source's ids and routings, fenced with its sequence numbers. */
    private void copy(String name, int shards, UnaryOperator<String> change) throws IOException {
        index(target, name, shards);
        Map<String, String> lines = new TreeMap<>();
        DocumentScan.each(http, source, name, hit -> {
            String routing = hit.routing().isEmpty() ? "" : ",\"routing\":\"" + hit.routing() + "\"";
            String action = "{\"index\":{\"_id\":\"%s\"%s,\"version\":%d,\"version_type\":\"external_gte\"}}\n"
                    .formatted(hit.id(), routing, hit.seqNo());
            String body = new String(hit.page(), hit.from(), hit.to() - hit.from(), StandardCharsets.UTF_8);
            lines.put(hit.id(), change.apply(action + body + "\n"));
        });
        bulk(target, name, String.join("", lines.values()));
    }
}
