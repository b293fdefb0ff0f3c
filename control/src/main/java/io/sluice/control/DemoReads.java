package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Reads that go through the proxy, each compared with what the source says without it. */
final class DemoReads {

    private static final int OF_EACH_INDEX = 50;

    private final URI proxy;
    private final URI source;
    private long sent;
    private long failed;
    private long longestNanos;

    DemoReads(URI proxy, URI source) {
        this.proxy = proxy;
        this.source = source;
    }

    void run() throws IOException {
        for (String index : SampleData.INDICES) {
            String search =
                    "/" + index + "/_search?size=" + OF_EACH_INDEX + "&sort=_doc&filter_path=hits.total,hits.hits";
            compare(search);
            JsonNode found = Servers.succeed(source, "GET", search + "&_source=false", "");
            for (JsonNode hit : found.at("/hits/hits")) {
                compare("/" + index + "/_doc/" + encoded(hit.path("_id").asText())
                        + (hit.has("_routing")
                                ? "?routing=" + encoded(hit.path("_routing").asText())
                                : ""));
            }
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void compare(String path) throws IOException {
        long begin = System.nanoTime();
        Answer through = Servers.call(proxy, "GET", path);
        longestNanos = Math.max(longestNanos, System.nanoTime() - begin);
        Answer direct = Servers.call(source, "GET", path);
        sent++;
        failed += through.equals(direct) ? 0 : 1;
    }

    long sent() {
        return sent;
    }

    long failed() {
        return failed;
    }

    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos);
    }
}
