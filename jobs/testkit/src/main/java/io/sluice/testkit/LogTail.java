package io.sluice.testkit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, for an error message. */
final class LogTail {

    /** What is read from the end; longer lines than that are cut. */
    private static final int MAX_BYTES = 64 * 1024;

    private LogTail() {}

    /** The last lines, or a sentence that says why there are none. Never fails. */
    static String of(Path log, int lines) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - MAX_BYTES);
            byte[] end = new byte[Math.toIntExact(file.length() - start)];
            file.seek(start);
            file.readFully(end);
            List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
            return all.isEmpty()
                    ? "(" + log + " is empty)"
                    : String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException unreadable) {
            return "(no log at " + log + ": " + unreadable.getMessage() + ")";
        }
    }
}
