package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A client with connections of its own that writes to the same few documents as all others, in its own way, until it is told to stop. */
final class CircleWriter implements Runnable {

    static final String INDEX = "books";

    /** An alias of {@link #INDEX} that gives no routing. */
    static final String PLAIN_ALIAS = "plain";

    /** An alias of {@link #INDEX} that gives a routing. */
    static final String ROUTED_ALIAS = "routed";

    /** An index whose documents have the versions that clients give them. */
    static final String VERSIONED = "versioned";

    /** An index that documents are copied to. */
    static final String COPIED = "copied";

    /** An index with a pipeline of its own. */
    static final String PIPED = "piped";

    /** An index that is deleted and made again. */
    static final String FLEETING = "fleeting";

    /** An alias that writes to the newest of several indices. */
    static final String ROLLING = "rolling";

    private static final int DOCUMENTS = 300;
    private static final int MOST_OWN = 50;

    /** One of so many writes is an operation on a whole index. */
    private static final int RARELY = 60;

    /** Between two writes, at most: so that the machine has time for all else. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long LONGEST_QUERY_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** Of two who make an index one is late, and none is deleted while a snapshot is taken of it. */
    private static final List<String> EXPECTED =
            List.of("resource_already_exists_exception", "snapshot_in_progress_exception");

    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

    /** Ways to write. */
    enum Way {
        SINGLE,
        BULK,
        GENERATED_IDS,
        RACES,
        REFRESH,
        PLAIN_ALIAS,
        STRIPPED,
        ROUTED_ALIAS,
        ROUTED,
        EXTERNAL_VERSIONS,
        UPDATES,
        PIPELINE,
        BY_QUERY,
        INDEX_AGAIN,
        INDEX_BY_WRITE,
        ROLLOVER
    }

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final URI through;
    private final Way way;
    private final int number;
    private final Random random;
    private final AtomicBoolean stop;
    private final int tries;
    private final AtomicInteger repeats = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final Deque<String> own = new ArrayDeque<>();

    /** @param tries how often a request is sent, at most, that nobody answers or that is answered with 5xx */
    CircleWriter(URI through, Way way, int number, long seed, AtomicBoolean stop, int tries) {
        this.through = through;
        this.way = way;
        this.number = number;
        this.random = new Random(seed + number);
        this.stop = stop;
        this.tries = tries;
    }

    /** How many requests were answered. */
    int writes() {
        return writes.get();
    }

    /** How often a request was sent once more. */
    int repeats() {
        return repeats.get();
    }

    @Override
    public void run() {
        try {
            while (!stop.get()) {
                write();
                writes.incrementAndGet();
                LockSupport.parkNanos(random.nextLong(way == Way.BY_QUERY ? LONGEST_QUERY_PAUSE : LONGEST_PAUSE_NANOS));
            }
        } catch (IOException e) {
            throw new IllegalStateException("writer " + number + ", " + way, e);
        }
    }

    private void write() throws IOException {
        switch (way) {
            case SINGLE -> single(INDEX, "");
            case BULK -> bulk();
            case GENERATED_IDS -> generated();
            case RACES -> race();
            case REFRESH -> single(INDEX, "refresh=wait_for");
            case PLAIN_ALIAS -> single(PLAIN_ALIAS, "");
            case STRIPPED -> single(INDEX, "filter_path=took,errors");
            case ROUTED_ALIAS -> single(ROUTED_ALIAS, "");
            case ROUTED -> single(INDEX, "routing=r" + random.nextInt(3));
            case EXTERNAL_VERSIONS -> externalVersion();
            case UPDATES -> update();
            case PIPELINE -> single(PIPED, "");
            case BY_QUERY -> byQuery();
            case INDEX_AGAIN -> indexAgain();
            case INDEX_BY_WRITE -> single("made-by-write-" + random.nextInt(5), "");
            case ROLLOVER -> rollover();
        }
    }

    private String id() {
        return String.valueOf(random.nextInt(DOCUMENTS));
    }

    private String document() {
        return "{\"writer\":%d,\"n\":%d,\"text\":\"%x\"}".formatted(number, writes.get(), random.nextLong());
    }

    private void single(String index, String parameters) throws IOException {
        String query = parameters.isEmpty() ? "" : "?" + parameters;
        switch (random.nextInt(5)) {
            case 0 -> send("DELETE", "/" + index + "/_doc/" + id() + query, JSON, "");
            case 1 -> send("PUT", "/" + index + "/_create/" + id() + query, JSON, document());
            default -> send("PUT", "/" + index + "/_doc/" + id() + query, JSON, document());
        }
    }

    private void bulk() throws IOException {
        StringBuilder lines = new StringBuilder();
        int items = 1 + random.nextInt(12);
        for (int i = 0; i < items; i++) {
            String action = switch (random.nextInt(8)) {
                case 0, 1 -> "delete";
                case 2 -> "create";
                case 3 -> "update";
                default -> "index";
            };
            lines.append("{\"%s\":{\"_id\":\"%s\"}}\n".formatted(action, id()));
            if (action.equals("update")) {
                lines.append("{\"doc\":%s,\"doc_as_upsert\":true}\n".formatted(document()));
            } else if (!action.equals("delete")) {
                lines.append(document()).append('\n');
            }
        }
        send("POST", "/" + INDEX + "/_bulk", LINES, lines.toString());
    }

    private void generated() throws IOException {
        if (own.size() > MOST_OWN) {
            send("DELETE", "/" + INDEX + "/_doc/" + own.removeFirst(), JSON, "");
        } else if (random.nextBoolean()) {
            own.add(send("POST", "/" + INDEX + "/_doc", JSON, document())
                    .path("_id")
                    .asText());
        } else {
            String lines = "{\"index\":{}}\n%s\n{\"create\":{}}\n%s\n".formatted(document(), document());
            for (JsonNode item :
                    send("POST", "/" + INDEX + "/_bulk", LINES, lines).path("items")) {
                own.add(item.elements().next().path("_id").asText());
            }
        }
    }

    /** Of two who saw the same, one wins. */
    private void race() throws IOException {
        String path = "/" + INDEX + "/_doc/" + id();
        JsonNode seen = send("GET", path, JSON, "");
        if (!seen.path("found").asBoolean()) {
            send("PUT", path + "?op_type=create", JSON, document());
            return;
        }
        String condition = "?if_seq_no=%d&if_primary_term=%d"
                .formatted(
                        seen.path("_seq_no").asLong(),
                        seen.path("_primary_term").asLong());
        if (random.nextInt(3) == 0) {
            send("DELETE", path + condition, JSON, "");
        } else {
            send("PUT", path + condition, JSON, document());
        }
    }

    private void update() throws IOException {
        String path = "/" + INDEX + "/_update/" + id();
        switch (random.nextInt(3)) {
            case 0 -> send("POST", path, JSON, "{\"doc\":%s}".formatted(document()));
            case 1 ->
                send(
                        "POST",
                        path,
                        JSON,
                        "{\"script\":{\"source\":\"ctx._source.n += 1\"},\"upsert\":%s}".formatted(document()));
            default -> send("POST", path, JSON, "{\"doc\":%s,\"doc_as_upsert\":true}".formatted(document()));
        }
    }

    /** The number comes from a clock that all writers share, so the newest one wins mostly. */
    private void externalVersion() throws IOException {
        String path =
                "/" + VERSIONED + "/_doc/" + id() + "?version_type=external&version=" + System.currentTimeMillis();
        if (random.nextInt(5) == 0) {
            send("DELETE", path, JSON, "");
        } else {
            send("PUT", path, JSON, document());
        }
    }

    private void byQuery() throws IOException {
        String query = "{\"term\":{\"writer\":%d}}".formatted(random.nextInt(number + 1));
        String options = "?conflicts=proceed&refresh=true";
        switch (random.nextInt(4)) {
            case 0 -> send("POST", "/" + INDEX + "/_update_by_query" + options, JSON, """
                        {"query": %s, "max_docs": 3, "script": {"source": "ctx._source.n = 0"}}
                        """.formatted(query));
            case 1 -> send("POST", "/_reindex?refresh=true", JSON, """
                        {"conflicts": "proceed", "max_docs": 3, "source": {"index": "%s", "query": %s}, "dest": {"index": "%s"}}
                        """.formatted(INDEX, query, COPIED));
            default -> send("POST", "/" + INDEX + "/_delete_by_query" + options, JSON, """
                    {"query": %s, "max_docs": 3}
                    """.formatted(query));
        }
    }

    private void indexAgain() throws IOException {
        if (random.nextInt(RARELY) == 0) {
            send("DELETE", "/" + FLEETING, JSON, "");
            send("PUT", "/" + FLEETING, JSON, "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
        }
        single(FLEETING, "");
    }

    private void rollover() throws IOException {
        if (random.nextInt(RARELY) == 0) {
            send("POST", "/" + ROLLING + "/_rollover", JSON, "");
        }
        single(ROLLING, "");
    }

    /** Sends one request, and returns what was answered; that a condition does not hold is no failure. */
    private JsonNode send(String method, String path, String type, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(through.resolve(path))
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = answered(request);
            boolean isRace = EXPECTED.stream().anyMatch(answer.body()::contains);
            if (answer.statusCode() >= 500 || answer.statusCode() == 429 || (answer.statusCode() == 400 && !isRace)) {
                throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return mapper.readTree(answer.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** What a client does that gets no answer, or an error: it sends the same once more. */
    private HttpResponse<String> answered(HttpRequest request) throws IOException, InterruptedException {
        for (int left = tries - 1; ; left--) {
            try {
                HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
                if (left <= 0 || answer.statusCode() < 500) {
                    return answer;
                }
            } catch (IOException unanswered) {
                if (left <= 0) {
                    throw unanswered;
                }
            }
            repeats.incrementAndGet();
            LockSupport.parkNanos(REPEAT_NANOS);
        }
    }
}
