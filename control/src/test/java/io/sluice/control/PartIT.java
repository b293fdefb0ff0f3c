package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of the documents, or of their fields: the target has that part, and the account says what became of the rest. */
class PartIT {

    private static final int DOCUMENTS = 4_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path repository;

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeAll
    static void takeSnapshot() throws IOException {
        URI source = SharedServers.es7().endpoint();
        Servers.wipe(source);
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < DOCUMENTS; i++) {
            bulk.append("{\"index\":{\"_id\":\"d%d\"}}%n".formatted(i))
                    .append("{\"n\": %d, \"kind\": \"%s\", \"author\": {\"name\": \"a%d\", \"mail\": \"m\"}}%n"
                            .formatted(i, i % 4 == 0 ? "book" : "letter", i));
        }
        Servers.succeed(source, "POST", "/part/_bulk?refresh=true", bulk.toString());
        repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("part");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/part",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        Servers.succeed(source, "PUT", "/_snapshot/part/all?wait_for_completion=true", "{}");
    }

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    @Test
    void carriesWhatTheQueryWantsWithoutTheFieldsThatNobodyWants() throws Exception {
        configure("documents: {drop: [author.mail]}", """
                backfill: {query: {bool: {must: [{term: {kind: book}}, {range: {n: {gte: 1000}}}]}}}""");

        CommandRun start = CommandRun.in(folder).run("--json", "backfill", "start");

        assertThat(start.exitCode()).as("%s", start.err()).isZero();
        JsonNode documents = json(start).path("documents");
        assertThat(documents.path("in_snapshot").asInt()).isEqualTo(DOCUMENTS);
        assertThat(documents.path("carried").asInt()).isEqualTo(750);
        assertThat(documents.at("/left_out/query").asInt()).isEqualTo(DOCUMENTS - 750);
        assertThat(count("")).isEqualTo(750);
        assertThat(count("?q=kind:letter")).isZero();
        assertThat(Servers.succeed(target, "GET", "/part/_source/d1000", ""))
                .isEqualTo(JSON.readTree("{\"n\":1000,\"kind\":\"book\",\"author\":{\"name\":\"a1000\"}}"));
    }

    @Test
    void aSampleGrowsToEverythingAndDoesNotShrinkUnnoticed() throws Exception {
        configure("", "");

        CommandRun small = CommandRun.in(folder).run("--json", "backfill", "start", "--sample", "5%");
        assertThat(small.exitCode()).as("%s", small.err()).isZero();
        int sampled = json(small).at("/documents/carried").asInt();
        assertThat(sampled).isBetween(DOCUMENTS / 40, DOCUMENTS / 10);
        assertThat(count("")).isEqualTo(sampled);

        CommandRun everything = CommandRun.in(folder).run("backfill", "start");
        assertThat(everything.exitCode()).as("%s", everything.err()).isZero();
        assertThat(count("")).isEqualTo(DOCUMENTS);

        CommandRun narrower = CommandRun.in(folder).run("backfill", "start", "--sample", "5%");
        assertThat(narrower.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(narrower.err()).anyMatch(line -> line.contains("an earlier start chose documents"));
    }

    @Test
    void saysWhereAQueryIsNone() throws Exception {
        configure("", "backfill:\n  query: {bool: {must: [{match: {kind: book}}]}}");

        CommandRun start = CommandRun.in(folder).run("backfill", "start");

        assertThat(start.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(start.err())
                .anyMatch(line -> line.contains("line 7 of the configuration: backfill.query.bool.must[0].match:")
                        && line.contains("prefix, range, term, terms"));
    }

    @Test
    void saysWhatASampleIs() throws Exception {
        configure("", "");

        CommandRun start = CommandRun.in(folder).run("backfill", "start", "--sample", "0.5");

        assertThat(start.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(start.err()).anyMatch(line -> line.contains("expected a part such as 1%"));
    }

    private static JsonNode json(CommandRun run) throws IOException {
        return JSON.readTree(String.join("\n", run.out()));
    }

    private int count(String query) throws IOException {
        Servers.succeed(target, "POST", "/part/_refresh", "");
        return Servers.succeed(target, "GET", "/part/_count" + query, "")
                .path("count")
                .asInt();
    }

    private void configure(String documents, String backfill) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: part
                state: ./state
                target: {endpoint: "%s"}
                snapshot: {name: all, repository: {fs: "%s"}}
                %s
                %s
                """.formatted(target, repository, documents, backfill));
    }
}
