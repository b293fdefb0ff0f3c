package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command as a user gives it: through the script, in a process of its own, with the heap that the script gives.
 *
 * @param json what it said
 * @param peakMegabytes the most memory it had, in MB; 0 where the kernel does not tell
 */
record ScriptRun(int exitCode, JsonNode json, String err, long peakMegabytes) {

    private static final long LOOK_MILLIS = 50;

    /** Runs it to its end with {@code --json}; fails when that does not come in time. */
    static ScriptRun of(Path folder, Duration limit, String... arguments) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(Stream.concat(Stream.of("bin/sluice", "--json"), Stream.of(arguments))
                        .toList())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        long peak = 0;
        boolean ended = false;
        try {
            for (long end = System.nanoTime() + limit.toNanos(); !ended && System.nanoTime() < end; ) {
                peak = Math.max(peak, peakMegabytes(process.pid()));
                ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(ended).as("%s", Files.readString(err)).isTrue();
        JsonNode json = new ObjectMapper().readTree(Files.readString(out));
        return new ScriptRun(process.exitValue(), json, Files.readString(err), peak);
    }

    private static long peakMegabytes(long pid) {
        try {
            List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
            return status.stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException gone) {
            return 0;
        }
    }
}
