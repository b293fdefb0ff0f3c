package io.sluice.capture.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class JournalCrashTest {

    private static final int THREADS = 4;

    @TempDir
    Path folder;

    @RepeatedTest(3)
    void everyAppendThatReturnedIsThereAfterSigkill() throws Exception {
        int killAfter = RandomGenerator.getDefault().nextInt(1, 8_000);

        Map<Integer, Integer> returned = appendAndKill(killAfter);

        Map<Integer, Integer> found = new HashMap<>();
        long stamp = 0;
        try (Journal journal =
                Journal.open(folder, AppendingProcess.BOUND, AppendingProcess.RECORD, InstantSource.system())) {
            Cursor cursor = journal.read(journal.acknowledged());
            while (cursor.peek()) {
                ByteBuffer record = ByteBuffer.wrap(cursor.record());
                int thread = record.getInt();
                assertThat(record.getInt()).isEqualTo(found.getOrDefault(thread, -1) + 1);
                assertThat(cursor.partition()).isEqualTo(thread);
                assertThat(cursor.stamp()).isGreaterThan(stamp);
                stamp = cursor.stamp();
                found.merge(thread, 0, (number, zero) -> number + 1);
                cursor.next();
            }
            assertThat(journal.append(0, Bytes.of(1, 1), Room.ORDINARY)).isGreaterThan(stamp);
        }
        assertThat(returned).isNotEmpty();
        returned.forEach((thread, number) -> assertThat(found.get(thread)).isGreaterThanOrEqualTo(number));
    }

    /** Returns the number of the last append of each thread that is known to have returned. */
    private Map<Integer, Integer> appendAndKill(int killAfter) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        folder.toString(),
                        Integer.toString(THREADS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<Integer, Integer> returned = new HashMap<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            int count = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("\\d+ \\d+")) {
                    String[] parts = line.split(" ");
                    returned.put(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                }
                if (++count == killAfter) {
                    process.toHandle().destroyForcibly(); // leaves the stream open
                }
            }
        }
        process.waitFor();
        return returned;
    }
}
