package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import io.sluice.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Indexes a data set into a real server and takes the snapshot. Ids are made by the server;
 * one document in a hundred is written twice, so that segments have deleted documents.
 */
final class ServerDataSetMaker {

    private static final int LOADERS = 2;
    static final int BATCH_DOCUMENTS = 2_000;
    static final int REWRITTEN_ONE_IN = 100;
    private static final int HEAP_MEGABYTES = 1_024;
    /** A document passes through the server as request, source, and compressed block. */
    private static final int HEAP_MEGABYTES_WITH_LARGE_DOCUMENT = 4_096;

    /** Generous: nothing is measured yet, and the machine may be busy. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(8);

    private final DataSet data;
    private final URI source;
    /** Between index and {@code _bulk}, where documents have types. */
    private final String typePath;

    private ServerDataSetMaker(DataSet data, ServerProcess server) {
        this.data = data;
        this.source = server.endpoint();
        this.typePath = server.distribution().hasTypes() ? "/_doc" : "";
    }

    /**
     * Makes it.
     *
     * @param repository an empty folder
     * @return how many bytes of source its documents have
     */
    static long make(DataSet data, Path repository) throws IOException {
        ServerSetup setup = ServerSetup.of(data.source().server().orElseThrow())
                .withHeapMegabytes(data.largeDocumentBytes() == 0 ? HEAP_MEGABYTES : HEAP_MEGABYTES_WITH_LARGE_DOCUMENT)
                .withRepositories(Path.of("repository"))
                .withStartTimeout(START_TIMEOUT)
                .withSetting("http.max_content_length", "1100mb");
        try (ServerProcess server = ServerProcess.start(setup)) {
            ServerDataSetMaker maker = new ServerDataSetMaker(data, server);
            long bytes = maker.load();
            maker.snapshot(server.repositoryFolder());
            copy(server.repositoryFolder(), repository); // the server may be another user, who may not write there
            return bytes;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path file : all) {
            Path copy = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(copy);
            } else {
                Files.copy(file, copy);
            }
        }
    }

    private long load() throws IOException {
        String untyped = typePath.isEmpty() ? "" : "?include_type_name=false";
        Servers.succeed(source, "PUT", "/" + DataSet.INDEX + untyped, """
                {"settings":{"number_of_shards":%d,"number_of_replicas":0,"refresh_interval":"-1","codec":"%s",
                 "translog.durability":"async"},"mappings":%s}""".formatted(
                        data.shards(), data.source().codec(), DocumentText.MAPPINGS));
        long batches = (data.documents() + BATCH_DOCUMENTS - 1) / BATCH_DOCUMENTS;
        long bytes = loadBatches(0, batches / 2);
        if (data.largeDocumentBytes() > 0) {
            bytes += loadLarge();
        }
        bytes += loadBatches(batches / 2, batches);
        Servers.succeed(source, "POST", "/" + DataSet.INDEX + "/_flush?wait_if_ongoing=true", "");
        return bytes;
    }

    private long loadBatches(long from, long to) throws IOException {
        ExecutorService loaders = Executors.newFixedThreadPool(LOADERS);
        try {
            List<Future<Long>> loaded = new ArrayList<>();
            for (long batch = from; batch < to; batch++) {
                long number = batch;
                loaded.add(loaders.submit(() -> loadBatch(number)));
            }
            long bytes = 0;
            for (Future<Long> batch : loaded) {
                bytes += batch.get();
            }
            return bytes;
        } catch (ExecutionException e) {
            throw new IOException("Cannot load the data set into " + source + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while loading the data set into " + source + ".", e);
        } finally {
            loaders.shutdownNow();
        }
    }

    /** Its bytes of source, as they are at the end. */
    private long loadBatch(long batch) throws IOException {
        DocumentText text = new DocumentText(batch);
        int count = (int) Math.min(BATCH_DOCUMENTS, data.documents() - batch * BATCH_DOCUMENTS);
        StringBuilder bulk = new StringBuilder(count * 1_200);
        long bytes = 0;
        List<Integer> rewrittenLengths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String document = text.next();
            int length = document.getBytes(StandardCharsets.UTF_8).length;
            bytes += length;
            bulk.append("{\"index\":{}}\n").append(document).append('\n');
            if (i % REWRITTEN_ONE_IN == 0) {
                rewrittenLengths.add(length);
            }
        }
        JsonNode answer = bulk(bulk);
        bulk.setLength(0);
        for (int i = 0; i < rewrittenLengths.size(); i++) {
            String id = answer.at("/items/%d/index/_id".formatted(i * REWRITTEN_ONE_IN))
                    .asText();
            String document = text.next();
            bytes += document.getBytes(StandardCharsets.UTF_8).length - rewrittenLengths.get(i);
            bulk.append("{\"index\":{\"_id\":\"")
                    .append(id)
                    .append("\"}}\n")
                    .append(document)
                    .append('\n');
        }
        bulk(bulk);
        return bytes;
    }

    private JsonNode bulk(StringBuilder body) throws IOException {
        String path = "/" + DataSet.INDEX + typePath + "/_bulk?filter_path=errors,items.*._id,items.*.error";
        JsonNode answer = Servers.succeed(source, "POST", path, body.toString());
        if (answer.path("errors").asBoolean()) {
            String start = answer.toString()
                    .substring(0, Math.min(500, answer.toString().length()));
            throw new IOException("The source refused documents of the data set: " + start);
        }
        return answer;
    }

    private long loadLarge() throws IOException {
        String document = new DocumentText(-1).large(data.largeDocumentBytes());
        Servers.succeed(source, "PUT", "/" + DataSet.INDEX + "/_doc/the-large-document", document);
        return document.getBytes(StandardCharsets.UTF_8).length;
    }

    private void snapshot(Path repository) throws IOException {
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/bench",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\",\"compress\":true}}");
        JsonNode answer = Servers.succeed(
                source, "PUT", "/_snapshot/bench/" + DataSet.SNAPSHOT + "?wait_for_completion=true", "{}");
        if (!answer.at("/snapshot/state").asText().equals("SUCCESS")) {
            throw new IOException("The snapshot of the data set did not succeed: " + answer);
        }
    }
}
