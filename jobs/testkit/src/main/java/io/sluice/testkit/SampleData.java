package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fills a source cluster with documents of every shape that has ever been lost on the way: several shards
 * and segments, updates and deletes, ids that look like numbers or are in other scripts, ids made by the
 * server, custom routing with one id under two routings, nested documents, sources with line breaks, and
 * sources of a megabyte.
 *
 * <p>The same seed and number give the same documents, but for the ids that the server makes.
 */
public final class SampleData {

    /** The indices it makes. */
    public static final List<String> INDICES = List.of("books", "orders", "threads", "pages");

    private static final int BULK_BYTES = 4 << 20;
    private static final int LARGE_BYTES = 1 << 20;
    private static final int LARGE_DOCUMENTS = 3;
    private static final int PRETTY_DOCUMENTS = 100;

    private static final String[] WORDS = {
        "river",
        "gate",
        "weir",
        "water",
        "lock",
        "canal",
        "Schleuse",
        "Fluß",
        "水門",
        "écluse",
        "stream",
        "level",
        "0.10",
        "1e2",
        "null",
        "true",
        "—",
        "quote\\\"d",
        "back\\\\slash",
        "tab\\t",
        "\\u0001",
        "🚤"
    };

    private final URI source;

    /** Whether documents have types; all have the same. */
    private final boolean typed;

    private final SplittableRandom random;
    private final StringBuilder bulk = new StringBuilder(BULK_BYTES + 4096);

    private SampleData(URI source, boolean typed, long seed) {
        this.source = source;
        this.typed = typed;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Makes the indices and fills them.
     *
     * @param documents how many documents there will be at the end, at least; deleted ones do not count
     */
    public static void load(URI source, int documents, long seed) throws IOException {
        new SampleData(source, false, seed).load(documents);
    }

    /** The same, into an Elasticsearch 6 too. */
    public static void load(ServerProcess source, int documents, long seed) throws IOException {
        new SampleData(source.endpoint(), source.distribution().hasTypes(), seed).load(documents);
    }

    private void load(int documents) throws IOException {
        createIndices();
        books(documents * 45 / 100 + 1);
        // Two orders of one id whose routings lead to the same shard are one document: a few more make up for it.
        orders(documents * 36 / 100);
        threads(documents * 25 / 100 + 1);
        pages();
        for (String index : INDICES) {
            Servers.succeed(source, "POST", "/" + index + "/_flush", "");
        }
    }

    private void createIndices() throws IOException {
        create(
                "books",
                3,
                "\"title\":{\"type\":\"text\"},\"year\":{\"type\":\"integer\"},\"price\":{\"type\":\"double\"}");
        create("orders", 5, "\"customer\":{\"type\":\"keyword\"},\"total\":{\"type\":\"double\"}");
        create("threads", 1, "\"comments\":{\"type\":\"nested\",\"properties\":{\"by\":{\"type\":\"keyword\"}}}");
        create("pages", 1, "\"body\":{\"type\":\"text\",\"index\":false}");
    }

    private void create(String index, int shards, String properties) throws IOException {
        Servers.succeed(source, "PUT", "/" + index + (typed ? "?include_type_name=false" : ""), """
                {"settings":{"number_of_shards":%d,"number_of_replicas":0,"refresh_interval":"-1"},
                 "mappings":{"dynamic":"false","properties":{%s}}}""".formatted(
                        shards, properties));
    }

    /** Writes more than stays: every 33rd is deleted, every 20th written again, some as partial updates. */
    private void books(int count) throws IOException {
        int written = 0;
        List<String> ids = new ArrayList<>();
        for (int kept = 0; kept < count; written++) {
            boolean auto = written % 10 == 9;
            String id = auto ? "" : bookId(written);
            index("books", id, "", book(written));
            if (!auto) {
                ids.add(id);
            }
            boolean deleted = !auto && written % 33 == 5;
            if (deleted) {
                action("delete", "books", id, "");
            } else {
                kept++;
            }
            if (written % 4001 == 4000) {
                flushBulk();
                Servers.succeed(source, "POST", "/books/_refresh", "");
            }
        }
        for (int i = 0; i < ids.size(); i += 20) {
            if (i % 33 != 5) {
                rewrite(ids.get(i), i);
            }
        }
        flushBulk();
    }

    private void rewrite(String id, int i) throws IOException {
        if (i % 3 == 0) {
            action("update", "books", id, "");
            bulk.append("{\"doc\":{\"year\":").append(1900 + i % 120).append("},\"doc_as_upsert\":true}\n");
        } else {
            index("books", id, "", book(i + 1_000_000));
        }
    }

    private static String bookId(int n) {
        return switch (n % 7) {
            case 0 -> String.valueOf(n);
            case 1 -> "000" + n;
            case 2 -> "büch-" + n;
            case 3 -> "本/" + n + "#?&";
            case 4 -> "book \\\"" + n + "\\\"";
            case 5 -> "-" + n + ".0";
            default -> "isbn-978-3-16-148410-" + n;
        };
    }

    private String book(int n) {
        StringBuilder json = new StringBuilder(1200);
        json.append("{\"title\":\"").append(words(6)).append("\",\"n\":").append(n);
        json.append(",\"year\":").append(1500 + random.nextInt(500));
        json.append(",\"price\":")
                .append(random.nextInt(100))
                .append(".")
                .append(random.nextInt(10))
                .append("0");
        json.append(",\"huge\":123456789012345678901234567890,\"one\":1.0,\"text\":\"");
        json.append(words(60 + random.nextInt(100))).append("\"}");
        return json.toString();
    }

    private void orders(int count) throws IOException {
        for (int n = 0; n < count; n++) {
            // One id in four is used by two customers: two documents, on two shards perhaps.
            String id = "o-" + (n % 4 == 1 ? n - 1 : n);
            String customer = "customer-" + n % 997 + (n % 4 == 1 ? "-b" : "");
            String json = "{\"customer\":\"" + customer + "\",\"total\":" + random.nextInt(10_000) + ".50,\"note\":\""
                    + words(20) + "\"}";
            index("orders", id, customer, json);
        }
        flushBulk();
    }

    private void threads(int count) throws IOException {
        for (int n = 0; n < count; n++) {
            StringBuilder json =
                    new StringBuilder("{\"subject\":\"").append(words(5)).append("\",\"comments\":[");
            int comments = random.nextInt(5);
            for (int c = 0; c < comments; c++) {
                json.append(c == 0 ? "" : ",");
                json.append("{\"by\":\"user-").append(random.nextInt(50)).append("\",\"text\":\"");
                json.append(words(8)).append("\"}");
            }
            index("threads", String.valueOf(n), "", json.append("]}").toString());
        }
        flushBulk();
    }

    private void pages() throws IOException {
        for (int n = 0; n < PRETTY_DOCUMENTS; n++) {
            String json = "\n{\r\n  \"n\" : %d,\n\t\"body\" : \"%s\",\n  \"list\" : [\n    1,\n    2.50\n  ]\n}\n"
                    .formatted(n, words(30));
            put("pages", "pretty-" + n, json);
        }
        for (int n = 0; n < LARGE_DOCUMENTS; n++) {
            StringBuilder json = new StringBuilder(LARGE_BYTES + 4096).append("{\"body\":\"");
            while (json.length() < LARGE_BYTES) {
                json.append(words(50)).append(' ');
            }
            put("pages", "large-" + n, json.append("\"}").toString());
        }
    }

    private void put(String index, String id, String json) throws IOException {
        Servers.succeed(source, "PUT", "/" + index + "/_doc/" + URLEncoder.encode(id, StandardCharsets.UTF_8), json);
    }

    private void index(String index, String id, String routing, String json) throws IOException {
        action("index", index, id, routing);
        bulk.append(json).append('\n');
        if (bulk.length() >= BULK_BYTES) {
            flushBulk();
        }
    }

    private void action(String operation, String index, String id, String routing) {
        bulk.append("{\"")
                .append(operation)
                .append("\":{\"_index\":\"")
                .append(index)
                .append(typed ? "\",\"_type\":\"_doc\"" : "\"");
        if (!id.isEmpty()) {
            bulk.append(",\"_id\":\"").append(id).append('"');
        }
        if (!routing.isEmpty()) {
            bulk.append(",\"routing\":\"").append(routing).append('"');
        }
        bulk.append("}}\n");
    }

    private void flushBulk() throws IOException {
        if (bulk.isEmpty()) {
            return;
        }
        JsonNode answer = Servers.succeed(source, "POST", "/_bulk?filter_path=errors,items.*.error", bulk.toString());
        if (answer.path("errors").asBoolean()) {
            throw new IOException("the source refused sample documents: "
                    + answer.toString()
                            .substring(0, Math.min(1000, answer.toString().length())));
        }
        bulk.setLength(0);
    }

    private String words(int count) {
        StringBuilder text = new StringBuilder(count * 7);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
