package io.sluice.benchmarks;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The plainest reader of two clusters: scrolls over slices of both at once, and does not look at what comes. */
final class ScrollTask implements Worker.Task {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int PAGE = 2_000;
    private static final int LONGEST_PAGE = 64 << 20;
    private static final String KEEP = "5m";
    private static final String NOTHING = "\"hits\":[]";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws Exception {
        int slices = order.path("slices").asInt();
        RawHttpOptions options = RawHttpOptions.DEFAULT.withMaxAnswerBytes(LONGEST_PAGE);
        mark.begin();
        try (RawHttp source = RawHttps.open(Targets.address(order.path("source").asText()), options);
                RawHttp target =
                        RawHttps.open(Targets.address(order.path("target").asText()), options)) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int slice = 0; slice < slices; slice++) {
                all.add(read(source, slice, slices));
                all.add(read(target, slice, slices));
            }
            all.forEach(CompletableFuture::join);
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static CompletableFuture<Void> read(RawHttp http, int slice, int slices) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("size", PAGE).putArray("sort").add("_doc");
        body.putObject("slice").put("id", slice).put("max", slices);
        return send(http, "/" + DataSet.INDEX + "/_search?scroll=" + KEEP, body)
                .thenCompose(answer -> goOn(http, answer));
    }

    private static CompletableFuture<Void> goOn(RawHttp http, RawResponse answer) {
        if (isLast(answer.body())) {
            return CompletableFuture.completedFuture(null);
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        try {
            body.put("scroll", KEEP).put("scroll_id", scrollId(answer));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return send(http, "/_search/scroll", body).thenCompose(next -> goOn(http, next));
    }

    private static CompletableFuture<RawResponse> send(RawHttp http, String path, ObjectNode body) {
        ByteBuffer bytes = ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8));
        return http.send(new RawRequest("POST", path, "application/json", List.of(bytes), TIMEOUT));
    }

    /** A page without documents is short. */
    private static boolean isLast(byte[] page) {
        String text = new String(page, 0, Math.min(page.length, 4_096), StandardCharsets.UTF_8);
        return text.contains(NOTHING);
    }

    /** It comes first. */
    private static String scrollId(RawResponse answer) throws IOException {
        try (JsonParser parser = JSON.createParser(answer.body())) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("_scroll_id")) {
                    return parser.nextTextValue();
                }
            }
        }
        throw new IOException("a page without a scroll: %d".formatted(answer.status()));
    }
}
