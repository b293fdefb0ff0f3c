package io.sluice.lucene4;

import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Shards that {@code src/test/recipe/OldSegments.java} made with one release of Lucene after the other, and what is in
 * them by the same formulas.
 */
final class OldShard {

    static final List<String> VERSIONS =
            List.of("4.2.1", "4.6.1", "4.8.1", "4.9.1", "4.10.4", "5.0.0", "5.2.1", "5.5.5", "6.0.1", "6.6.6", "7.7.3");

    static final int[] DOCUMENTS = {300, 400, 500, 600, 17_000};

    private OldShard() {}

    /** The bytes of its files by name. */
    static Map<String, byte[]> read(String version) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (InputStream packed = OldShard.class.getResourceAsStream("/segments/lucene-" + version + ".zip")) {
            if (packed == null) {
                throw new IOException("No segments of Lucene " + version);
            }
            ZipInputStream zip = new ZipInputStream(packed);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    /** A list of files whose bytes are read from a {@link BytesStore}. */
    static ShardFiles files(Map<String, byte[]> bytes) {
        Map<String, ShardFile> files = new HashMap<>();
        bytes.forEach((name, content) ->
                files.put(name, new ShardFile(name, name, content.length, Long.MAX_VALUE, "", null)));
        return new ShardFiles("books", 0, files);
    }

    static boolean isLive(int segment, int i) {
        return segment == 3 ? i != 7 && i != 599 : segment != 4 || i % 3 != 1 || isChild(i);
    }

    static boolean isChild(int i) {
        return i % 11 == 0;
    }

    static String type(int i) {
        return i % 2 == 0 ? "book" : "page";
    }

    static String id(int segment, int i) {
        return segment + "-" + i;
    }

    static String routing(int i) {
        return i % 5 == 0 ? "r" + i : i % 5 == 1 ? "p" + i : "";
    }

    static String source(int segment, int i) {
        int length = segment == 2 && i == 250 ? 200_000 : i % 20;
        String letter = String.valueOf((char) ('a' + i % 26));
        return "{\"segment\":%d,\"i\":%d,\"text\":\"%s\"}".formatted(segment, i, letter.repeat(length));
    }

    static long version(int segment, int i) {
        return switch (segment) {
            case 0 -> 1;
            case 1 -> i % 3 == 0 ? 1 : i % 3 == 1 ? 7_777_777_777L : 40;
            case 2 -> 1000L * ((i * 7919L) % 10_007) + 5;
            case 3 -> (i * 0x9E3779B97F4A7C15L) >>> 1;
            default -> 1 + i % 1000 + (i > 16_500 ? 1_000_000 : 0);
        };
    }

    /** −1 where it has none. */
    static long seqNo(int segment, int i) {
        boolean hasOne =
                (segment == 1 && i % 10 == 0) || (segment == 4 && i % 500 == 3) || segment == 2 || segment == 3;
        return hasOne ? 7L * i + 3 : -1;
    }
}
