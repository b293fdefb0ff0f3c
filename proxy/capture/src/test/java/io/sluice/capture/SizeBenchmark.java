package io.sluice.capture;

import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/**
 * How much room a capture takes in Kafka: the heartbeats of a proxy that has nothing to do, writes of 1 KB, and reads with
 * answers of 4 KB, at a fixed rate. Bodies are JSON whose texts are words of a vocabulary of 2,000.
 *
 * <p>Run with: seconds, and requests per second.
 */
final class SizeBenchmark {

    private static final int PARTITIONS = 16;
    private static final int CONNECTIONS = 16;
    private static final byte[] REQUEST = head("""
            POST /books/_doc/isbn-978-3-16-148410-7 HTTP/1.1
            Host: search.example.org:9200
            User-Agent: elasticsearch-java/7.10.2 (Java/17.0.15)
            Content-Type: application/json
            Accept: application/json
            Authorization: <redacted>
            Content-Length: 1024
            """);
    private static final byte[] ANSWER = head("""
            HTTP/1.1 201 Created
            Location: /books/_doc/isbn-978-3-16-148410-7
            content-type: application/json; charset=UTF-8
            content-length: 164
            """);

    private SizeBenchmark() {}

    private static byte[] head(String lines) {
        return (lines.replace("\n", "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Prints a line for each kind of traffic. */
    public static void main(String[] arguments) throws Exception {
        int seconds = Integer.parseInt(arguments[0]);
        int rate = Integer.parseInt(arguments[1]);
        PrintStream out = System.out;
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            long idle = measure(kafka, 0, false, seconds);
            out.printf("heartbeats: %d bytes/s for one proxy and %d partitions%n", idle / seconds, PARTITIONS);
            for (boolean write : List.of(true, false)) {
                long handed = handed(write);
                double each = (measure(kafka, rate, write, seconds) - idle) / (double) (rate * seconds);
                out.printf(
                        "%s at %d/s: %d bytes of heads and bodies, %.0f bytes in Kafka%n",
                        write ? "writes" : "reads", rate, handed, each);
            }
        }
    }

    private static long handed(boolean write) {
        return REQUEST.length + ANSWER.length + requestBytes(write) + answerBytes(write);
    }

    private static int requestBytes(boolean write) {
        return write ? 1_024 : 150;
    }

    private static int answerBytes(boolean write) {
        return write ? 164 : 4_096;
    }

    /** How many bytes the topic has after that time. */
    private static long measure(KafkaProcess kafka, int rate, boolean write, int seconds) throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        Path journal = Files.createTempDirectory("size-benchmark");
        RecorderSettings settings = RecorderSettings.of(capture.topic(), PARTITIONS, capture.kafka(), journal)
                .build();
        Random random = new Random(1);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
            List<ConnectionRecorder> connections = IntStream.range(0, CONNECTIONS)
                    .mapToObj(number -> recorder.connection("10.0.0.7:" + (40_000 + number)))
                    .toList();
            long began = System.nanoTime();
            for (int done = 0; done < rate * seconds; done++) {
                ExchangeRecorder exchange = connections.get(done % CONNECTIONS).exchange(write, false);
                exchange.request(ByteBuffer.wrap(REQUEST), json(random, requestBytes(write)), true);
                exchange.answer(ByteBuffer.wrap(ANSWER), json(random, answerBytes(write)), true);
                while (System.nanoTime() - began < done * 1_000_000_000L / rate) {
                    Thread.onSpinWait();
                }
            }
            TimeUnit.NANOSECONDS.sleep(began + seconds * 1_000_000_000L - System.nanoTime());
        }
        return bytes(capture);
    }

    private static ByteBuffer json(Random random, int size) {
        StringBuilder text = new StringBuilder("{\"title\":\"");
        while (text.length() < size - 2) {
            text.append(Long.toString(1_000_000_007L * (1 + random.nextInt(2_000)), 36), 0, 5)
                    .append(' ');
        }
        text.setLength(size - 2);
        return ByteBuffer.wrap(text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static long bytes(Capture capture) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>copyOf(capture.kafka()))) {
            return admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                    .flatMap(broker -> broker.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(capture.topic()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        }
    }
}
