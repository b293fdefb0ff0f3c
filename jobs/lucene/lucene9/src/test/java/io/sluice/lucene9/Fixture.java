package io.sluice.lucene9;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Snapshot repositories that real clusters wrote, with what the clusters said was in them: {@code
 * fixtures/<key>.tar.gz} and {@code fixtures/<key>.truth.json.gz}. Unpacked once, and deleted when the JVM ends.
 */
record Fixture(String key, Path folder, JsonNode truth) {

    static final String ES_7 = "es-7.10.2-hard";
    static final String ES_8 = "es-8.19.21-hard";
    static final String ES_9 = "es-9.5.3-hard";
    static final String OS_1 = "os-1.3.20-hard";
    static final String OS_2 = "os-2.19.6-hard";
    static final String OS_3 = "os-3.6.0-hard";
    static final String ES_7_FROM_6 = "es-7.10.2-from-es-6.8.23";
    static final String ES_9_FROM_8 = "es-9.5.3-from-es-8.19.21";
    static final String OS_2_FROM_ES_7 = "os-2.19.6-from-es-7.10.2";

    private static final Map<String, Fixture> UNPACKED = new ConcurrentHashMap<>();
    private static final int BLOCK = 512;

    static Fixture of(String key) {
        return UNPACKED.computeIfAbsent(key, Fixture::unpack);
    }

    /** @param name as the truth calls it: {@code r1} or {@code r2} */
    Path repository(String name) {
        return folder.resolve(name.equals("r1") ? "repo" : "repo2");
    }

    JsonNode snapshot(String name) {
        return truth.path("snapshots").path(name);
    }

    private static Fixture unpack(String key) {
        try (InputStream tar = resource(key + ".tar.gz");
                InputStream truth = resource(key + ".truth.json.gz")) {
            Path folder = Files.createTempDirectory("sluice-" + key);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            untar(tar, folder);
            return new Fixture(key, folder, new ObjectMapper().readTree(truth));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream packed = Fixture.class.getResourceAsStream("/fixtures/" + name);
        if (packed == null) {
            throw new IOException("No fixture " + name);
        }
        return new BufferedInputStream(new GZIPInputStream(packed), 64 << 10);
    }

    /** Plain ustar, which is all that the fixtures are: short names, files and folders. */
    static void untar(InputStream tar, Path folder) throws IOException {
        for (byte[] header = tar.readNBytes(BLOCK);
                header.length == BLOCK && header[0] != 0;
                header = tar.readNBytes(BLOCK)) {
            Path target = folder.resolve(text(header, 0, 100));
            int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
            if (header[156] == '5') {
                Files.createDirectories(target);
            } else {
                Files.createDirectories(target.getParent());
                Files.write(target, tar.readNBytes(size));
                tar.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            }
        }
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, US_ASCII);
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
