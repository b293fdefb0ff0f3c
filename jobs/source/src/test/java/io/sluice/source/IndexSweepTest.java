package io.sluice.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.TlsSettings;
import io.sluice.source.IndexSweep.Clusters;
import io.sluice.source.IndexSweep.Noted;
import io.sluice.source.SourceIndices.Incarnation;
import io.sluice.transform.CarriedAs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An index without sequence numbers is read by a scroll; the answers are fixed, to have a moment that real ones seldom have. */
class IndexSweepTest {

    private static final String SETTINGS =
            "{\"books\":{\"settings\":{\"index\":{\"uuid\":\"u\",\"number_of_shards\":\"3\"}}}}";
    private static final int PAGES = 3;

    private final List<Integer> read = new ArrayList<>();
    private HttpServer server;
    private RawHttp http;
    private int page;
    private int looks;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        http = RawHttps.open(
                new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT),
                RawHttpOptions.DEFAULT.withMaxConnections(2));
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    /** The second time that it is asked for the index it has too much to do. */
    private synchronized void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        int status = 200;
        String body = "{}";
        if (path.endsWith("_settings")) {
            status = ++looks == 2 ? 503 : 200;
            body = SETTINGS;
        } else if (exchange.getRequestMethod().equals("POST")) {
            page = path.startsWith("/books") ? 1 : page + 1;
            String hit = "{\"_index\":\"books\",\"_id\":\"%d\",\"_version\":1,\"_source\":{}}".formatted(page);
            body = "{\"_scroll_id\":\"s\",\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[%s]}}"
                    .formatted(page > PAGES ? "" : hit);
            read.add(page);
        }
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void aPageThatWasReadAndNotGivenIsReadAgain() throws Exception {
        SourceCalls calls = new SourceCalls(http);
        Clusters clusters = new Clusters(calls, new ShardFinder(calls), calls, CarriedAs.DEFAULT);
        Noted noted = new Noted(new Incarnation("u", 3, 1), Map.of(), Map.of(), null);
        IndexSweep sweep = new IndexSweep(clusters, "books", noted, true, false, null);

        assertThat(next(sweep).asked()).isEqualTo(1);
        assertThatThrownBy(() -> next(sweep)).hasMessageContaining("503");

        int documents = 0;
        for (SweepPage one = next(sweep); !one.last(); one = next(sweep)) {
            documents += one.asked();
        }
        assertThat(documents).isEqualTo(PAGES);
        assertThat(read).containsExactly(1, 2, 1, 2, 3, 4);
    }

    private static SweepPage next(IndexSweep sweep) throws Exception {
        return sweep.next(1).get(20, TimeUnit.SECONDS);
    }
}
