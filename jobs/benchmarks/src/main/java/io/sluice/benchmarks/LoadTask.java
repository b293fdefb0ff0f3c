package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.BulkBody;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The plainest loader there can be: takes ready bodies from a file and keeps a number of them in flight.
 * What the target takes from it is what the target can take.
 */
final class LoadTask implements Worker.Task {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws Exception {
        ReadyMadeBodies bodies = new ReadyMadeBodies(
                Path.of(order.path("bodies").asText()),
                Path.of(order.path("index").asText()));
        int inFlight = order.path("bulks_in_flight").asInt();
        JsonNode lengths = bodies.lengths();
        long longest = 0;
        for (JsonNode length : lengths) {
            longest = Math.max(longest, length.path("bytes").asLong());
        }
        BlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(inFlight);
        for (int i = 0; i < inFlight; i++) {
            buffers.add(ByteBuffer.allocateDirect(Math.toIntExact(longest)));
        }
        try (RawHttp http = RawHttps.open(Targets.address(order.path("target").asText()), RawHttpOptions.DEFAULT);
                FileChannel file = FileChannel.open(bodies.bodies(), StandardOpenOption.READ)) {
            mark.begin();
            Sending sending = new Sending(http, buffers);
            for (JsonNode length : lengths) {
                ByteBuffer buffer = buffers.take();
                sending.failIfRefused();
                fill(buffer, file, length.path("bytes").asInt());
                sending.send(buffer);
            }
            for (int i = 0; i < inFlight; i++) {
                buffers.take();
            }
            sending.failIfRefused();
        }
        return new ObjectMapper().createObjectNode().put("bodies", lengths.size());
    }

    private static void fill(ByteBuffer buffer, FileChannel file, int bytes) throws IOException {
        buffer.clear().limit(bytes);
        while (buffer.hasRemaining()) {
            if (file.read(buffer) < 0) {
                throw new EOFException("the bodies end before their list does");
            }
        }
        buffer.flip();
    }

    private record Sending(RawHttp http, BlockingQueue<ByteBuffer> buffers, Refusal refusal) {

        Sending(RawHttp http, BlockingQueue<ByteBuffer> buffers) {
            this(http, buffers, new Refusal());
        }

        void send(ByteBuffer body) {
            RawRequest request = new RawRequest(
                    "POST", BulkBody.path(DataSet.INDEX), "application/x-ndjson", List.of(body), TIMEOUT);
            http.send(request)
                    .whenComplete((answer, failure) -> {
                        if (failure != null) {
                            refusal.note(failure.toString());
                        } else if (!isGood(answer)) {
                            refusal.note(answer.status() + " " + start(answer));
                        }
                        buffers.add(body);
                    })
                    .exceptionally(noted -> new RawResponse(0, new byte[0]));
        }

        private static boolean isGood(RawResponse answer) {
            return answer.status() == 200 && start(answer).contains("\"errors\":false");
        }

        private static String start(RawResponse answer) {
            byte[] body = answer.body();
            return new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
        }

        void failIfRefused() throws IOException {
            String what = refusal.what();
            if (!what.isEmpty()) {
                throw new IOException("the target did not take a ready-made bulk: " + what);
            }
        }
    }

    /** Why a bulk was not taken. Written by the client's thread, read by the loader's. */
    private static final class Refusal {
        private volatile String what = "";

        void note(String why) {
            what = why;
        }

        String what() {
            return what;
        }
    }
}
