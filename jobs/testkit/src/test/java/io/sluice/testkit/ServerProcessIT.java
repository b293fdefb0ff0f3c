package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessIT {

    @Test
    void elasticsearch7IndexesSearchesAndRunsScripts() throws Exception {
        ServerProcess server = SharedServers.es7();

        assertThat(version(server)).isEqualTo("7.10.2");
        exercise(server.endpoint());
    }

    @Test
    void openSearch2IndexesSearchesAndRunsScripts() throws Exception {
        ServerProcess server = SharedServers.openSearch2();

        assertThat(version(server)).isEqualTo("2.19.6");
        exercise(server.endpoint());
    }

    @Test
    void openSearch3IndexesSearchesAndRunsScripts() throws Exception {
        assumeThat(Jdks.java21OrLater())
                .as("OpenSearch 3 needs a JDK of at least 21, and none is installed here")
                .isPresent();

        ServerProcess server = SharedServers.openSearch3();

        assertThat(version(server)).isEqualTo("3.8.0");
        exercise(server.endpoint());
    }

    @Test
    void keepsDataAndAddressWhenKilledAndRestarted() throws Exception {
        ServerProcess server = SharedServers.openSearch2();
        Servers.wipe(server.endpoint());
        Servers.succeed(server.endpoint(), "PUT", "/kept/_doc/1", "{\"a\":1}");
        URI before = server.endpoint();
        long pid = server.pid();

        server.kill();

        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThatThrownBy(() -> Servers.call(before, "GET", "/")).isInstanceOf(IOException.class);

        server.restart();

        assertThat(server.endpoint()).isEqualTo(before);
        assertThat(Servers.succeed(before, "GET", "/kept/_doc/1", "")
                        .at("/_source/a")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void answersNothingWhileSuspendedAndGoesOnWhenResumed() throws Exception {
        ServerProcess server = SharedServers.openSearch2();
        server.suspend();

        assertThatThrownBy(() -> Servers.call(server.endpoint(), "GET", "/", "", Duration.ofMillis(500)))
                .isInstanceOf(HttpTimeoutException.class);

        server.resume();

        assertThat(Servers.call(server.endpoint(), "GET", "/").status()).isEqualTo(200);
    }

    @Test
    void takesASnapshotIntoItsRepositoryFolder() throws Exception {
        ServerProcess server = SharedServers.es7();
        URI endpoint = server.endpoint();
        Servers.wipe(endpoint);
        Path repository = server.repositoryFolder().resolve("taken");
        Servers.succeed(endpoint, "PUT", "/books/_doc/1?refresh=true", "{\"title\":\"x\"}");
        String settings = "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}";
        Servers.succeed(endpoint, "PUT", "/_snapshot/repo", settings);

        JsonNode taken = Servers.succeed(endpoint, "PUT", "/_snapshot/repo/s1?wait_for_completion=true", "");

        assertThat(taken.at("/snapshot/state").asText()).isEqualTo("SUCCESS");
        assertThat(repository).isDirectoryContaining(file -> file.endsWith("index-0"));
    }

    @Test
    void saysWhyItDoesNotStart(@TempDir Path folder) {
        ServerSetup setup = ServerSetup.of(Distributions.ES_7_10_2)
                .withFolder(folder)
                .withHeapMegabytes(256)
                .withSetting("no.such.setting", "x");

        assertThatThrownBy(() -> ServerProcess.start(setup))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("es-7.10.2")
                .hasMessageContaining("ended with exit code 1")
                .hasMessageContaining("unknown setting [no.such.setting]");
        assertThat(Files.exists(folder.resolve("server.log"))).isTrue();
    }

    private static String version(ServerProcess server) throws IOException {
        return Servers.succeed(server.endpoint(), "GET", "/", "")
                .at("/version/number")
                .asText();
    }

    /** Painless, analysis-common, parent-join, mapper-extras and reindex are all asked for something. */
    private static void exercise(URI endpoint) throws IOException {
        Servers.wipe(endpoint);
        String index =
                "{\"settings\":{\"analysis\":{\"analyzer\":{\"a\":{\"tokenizer\":\"standard\",\"filter\":[\"english_stop\"]}},"
                        + "\"filter\":{\"english_stop\":{\"type\":\"stop\",\"stopwords\":\"_english_\"}}}},"
                        + "\"mappings\":{\"properties\":{\"t\":{\"type\":\"text\",\"analyzer\":\"a\"},"
                        + "\"f\":{\"type\":\"scaled_float\",\"scaling_factor\":10},"
                        + "\"j\":{\"type\":\"join\",\"relations\":{\"q\":\"a\"}}}}}";
        Servers.succeed(endpoint, "PUT", "/books", index);
        String bulk = "{\"index\":{\"_id\":\"1\"}}\n{\"t\":\"the fox\",\"f\":1.25,\"j\":\"q\"}\n";
        Servers.succeed(endpoint, "POST", "/books/_bulk?refresh=true", bulk);
        Servers.succeed(endpoint, "POST", "/books/_update/1?refresh=true", "{\"script\":\"ctx._source.n = 7\"}");
        Servers.succeed(
                endpoint,
                "POST",
                "/_reindex?refresh=true",
                "{\"source\":{\"index\":\"books\"},\"dest\":{\"index\":\"copies\"}}");

        JsonNode found = Servers.succeed(endpoint, "GET", "/copies/_search?q=t:fox", "");

        assertThat(found.at("/hits/total/value").asInt()).isEqualTo(1);
        assertThat(found.at("/hits/hits/0/_source/n").asInt()).isEqualTo(7);
    }
}
