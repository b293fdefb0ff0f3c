package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.testkit.Coordinates;
import io.sluice.testkit.DistributionCache;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Writes a data set with a Lucene whose servers run on no current Java, or which no server needs to write: a process of
 * that Lucene gets the documents, and its files become a repository as Elasticsearch 1 lays one out, in which nothing but
 * names and lengths is said. As many documents are written twice as a {@link ServerDataSetMaker} does.
 */
final class LuceneDataSetMaker {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String PROGRAM = "SegmentWriter.java";
    private static final String WRITE_LOCK = "write.lock";
    private static final int ID_BYTES = 15;

    /** About 5 GB, up to which servers merge, and to which those of a large shard have grown after some weeks. */
    private static final long LARGEST_SEGMENT_DOCUMENTS = 7_500_000;

    private static final int BUFFER_BYTES = 1 << 20;

    /** What Lucene 4 and 5 reach into to unmap a file. */
    private static final List<String> OPENED = List.of(
            "--add-opens", "java.base/java.nio=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.ref=ALL-UNNAMED");

    private LuceneDataSetMaker() {}

    /**
     * Makes it.
     *
     * @param repository an empty folder
     * @return how many bytes of source its documents have
     */
    static long make(DataSet data, Path repository) throws IOException {
        Path shard = Files.createDirectories(repository.resolve("indices/" + DataSet.INDEX + "/0"));
        long bytes = writeSegments(data, shard);
        describe(data.source().luceneVersion(), repository, shard);
        return bytes;
    }

    private static long writeSegments(DataSet data, Path shard) throws IOException {
        String version = data.source().luceneVersion();
        List<Path> jars =
                DistributionCache.ofUser().files(List.of(Coordinates.of("org.apache.lucene:lucene-core:" + version)));
        try (Scratch scratch = Scratch.make()) {
            Path program = scratch.folder().resolve(PROGRAM);
            try (InputStream resource = LuceneDataSetMaker.class.getResourceAsStream(PROGRAM)) {
                Files.copy(java.util.Objects.requireNonNull(resource, PROGRAM), program);
            }
            Path log = scratch.folder().resolve("writer.log");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(OPENED);
            command.addAll(List.of("-Xmx1g", "-cp", jars.get(0).toString(), program.toString()));
            command.addAll(List.of(shard.toString(), version, data.source().codec()));
            if (data.documents() > LARGEST_SEGMENT_DOCUMENTS) {
                command.add(Long.toString(data.documents() / LARGEST_SEGMENT_DOCUMENTS));
            }
            Process writer = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                return feed(data, writer, log);
            } finally {
                writer.destroyForcibly();
            }
        }
    }

    private static long feed(DataSet data, Process writer, Path log) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(writer.getOutputStream(), BUFFER_BYTES))) {
            long bytes = 0;
            for (long done = 0, batch = 0; done < data.documents(); batch++) {
                int count = (int) Math.min(ServerDataSetMaker.BATCH_DOCUMENTS, data.documents() - done);
                bytes += feedBatch(batch, count, out);
                done += count;
            }
            out.writeByte(-1);
            out.flush();
            if (writer.waitFor() == 0) {
                return bytes;
            }
            throw new IOException("it ended with exit code " + writer.exitValue());
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot write segments: %s. Its log: %s"
                            .formatted(data.source(), e.getMessage(), Files.readString(log)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + data.source() + " wrote segments.", e);
        }
    }

    /** Its bytes of source, as they are at the end. */
    private static long feedBatch(long batch, int count, DataOutputStream out) throws IOException {
        DocumentText text = new DocumentText(batch);
        SplittableRandom ids = new SplittableRandom(-1 - batch);
        List<byte[]> rewritten = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            byte[] id = new byte[ID_BYTES];
            ids.nextBytes(id);
            id[0] &= 0x7F; // above it are the marks of other encodings
            byte[] source = text.next().getBytes(StandardCharsets.UTF_8);
            write(out, 0, id, source);
            if (i % ServerDataSetMaker.REWRITTEN_ONE_IN == 0) {
                rewritten.add(id);
            } else {
                bytes += source.length;
            }
        }
        for (byte[] id : rewritten) {
            byte[] source = text.next().getBytes(StandardCharsets.UTF_8);
            write(out, 1, id, source);
            bytes += source.length;
        }
        return bytes;
    }

    private static void write(DataOutputStream out, int kind, byte[] id, byte[] source) throws IOException {
        out.writeByte(kind);
        out.write(id);
        out.writeInt(source.length);
        out.write(source);
    }

    private static void describe(String version, Path repository, Path shard) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("snapshots").add(DataSet.SNAPSHOT);
        JSON.writeValue(repository.resolve("index").toFile(), root);

        ObjectNode snapshot = JSON.createObjectNode();
        ObjectNode about = snapshot.putObject("snapshot");
        about.put("name", DataSet.SNAPSHOT)
                .put("version_id", serverVersion(version))
                .put("state", "SUCCESS");
        about.putArray("indices").add(DataSet.INDEX);
        about.putArray("failures");
        String blob = "snapshot-" + DataSet.SNAPSHOT;
        JSON.writeValue(repository.resolve(blob).toFile(), snapshot);

        ObjectNode metadata = JSON.createObjectNode();
        ObjectNode index = metadata.putObject(DataSet.INDEX);
        index.putObject("settings")
                .put("index.number_of_shards", "1")
                .put("index.uuid", "bench-" + version)
                .put("index.version.created", Integer.toString(serverVersion(version)));
        index.putArray("mappings").addObject().set("book", JSON.readTree(DocumentText.MAPPINGS));
        index.putObject("aliases");
        JSON.writeValue(shard.resolveSibling(blob).toFile(), metadata);

        ObjectNode list = JSON.createObjectNode();
        list.put("name", DataSet.SNAPSHOT);
        nameBlobs(shard, list.putArray("files"));
        JSON.writeValue(shard.resolve(blob).toFile(), list);
    }

    /** Blobs are numbered; the list has the names that Lucene gave. */
    private static void nameBlobs(Path shard, ArrayNode list) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(shard)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.equals(WRITE_LOCK)) {
                Files.delete(file);
            } else {
                String blob = "__" + Integer.toString(list.size(), Character.MAX_RADIX);
                list.addObject().put("name", blob).put("physical_name", name).put("length", Files.size(file));
                Files.move(file, file.resolveSibling(blob));
            }
        }
    }

    /** The id of a server that has this Lucene. */
    private static int serverVersion(String lucene) {
        return switch (lucene.charAt(0)) {
            case '4' -> 1_070_699;
            case '5' -> 2_040_699;
            case '6' -> 5_061_699;
            case '7' -> 6_082_399;
            case '8' -> 7_100_299;
            default -> 8_192_199;
        };
    }
}
