package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.journal.Journal;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.End;
import io.sluice.capture.wire.Record;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Proxies that are killed at random points under load, while Kafka is killed, frozen or stopped. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ProxyCrashIT {

    private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 21 : 2;

    @TempDir
    Path folder;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Random random = new Random();

    /** What happens to Kafka. */
    private enum Fault {
        KILLED {
            @Override
            void strike(KafkaProcess kafka) {
                kafka.kill();
            }
        },
        FROZEN {
            @Override
            void strike(KafkaProcess kafka) throws IOException {
                kafka.suspend();
            }

            @Override
            void end(KafkaProcess kafka) throws IOException {
                kafka.resume();
            }
        },
        STOPPED {
            @Override
            void strike(KafkaProcess kafka) {
                kafka.stop();
            }
        };

        abstract void strike(KafkaProcess kafka) throws IOException;

        void end(KafkaProcess kafka) throws IOException {
            kafka.restart();
        }
    }

    @Test
    void everyAcknowledgedWriteIsInKafkaThoughProxyAndKafkaAreKilled() throws Exception {
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            Capture capture = Capture.create(kafka, RecordingProcess.PARTITIONS);
            for (int round = 0; round < ROUNDS; round++) {
                Proxy proxy = new Proxy(kafka, capture, "round" + round);
                proxy.awaitAcknowledged(random.nextInt(50, 400));
                Fault fault = Fault.values()[round % Fault.values().length];
                fault.strike(kafka);
                proxy.awaitAcknowledged(random.nextInt(50, 400)); // by the journal
                proxy.kill();
                assertThat(unacknowledgedBytes()).isPositive();
                fault.end(kafka);
            }
            KafkaRecorder.open(RecordingProcess.settings(capture, folder.resolve("journal")))
                    .close();

            Capture.Content content = capture.read();
            assertThat(content.report().violations()).isEmpty();
            assertThat(content.troubles()).isEmpty();
            assertThat(content.report().openExchanges()).isZero();
            Set<String> whole = new HashSet<>();
            for (CapturedExchange exchange : content.exchanges()) {
                assertThat(exchange.end()).isIn(End.ENDED, End.PROXY_DIED);
                if (exchange.isWhole()) {
                    whole.add(exchange.request().body().toStringUtf8());
                }
            }
            assertThat(whole).containsAll(acknowledged);
            assertThat(content.controls(Record.KindCase.HELLO))
                    .hasSizeGreaterThanOrEqualTo((ROUNDS + 1) * RecordingProcess.PARTITIONS);
        }
    }

    /** What the journal holds that Kafka did not acknowledge. */
    private long unacknowledgedBytes() throws IOException {
        try (Journal journal = Journal.open(folder.resolve("journal"), 64 << 20, 64 << 10, InstantSource.system())) {
            return journal.bytesUsed();
        }
    }

    /** A recorder in a process of its own, whose clients' log is kept here. */
    private final class Proxy {

        private final Process process;
        private final Thread reading;
        private volatile int count;

        Proxy(KafkaProcess kafka, Capture capture, String clients) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RecordingProcess.class.getName(),
                            kafka.address(),
                            capture.topic(),
                            folder.resolve("journal").toString(),
                            clients)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            reading = new Thread(this::read, "clients-log");
            reading.start();
        }

        private void read() {
            try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    // The last line may be cut short by the kill: then it is another write's name, older and whole too.
                    if (line.matches("acknowledged \\S+-\\d+-\\d+")) {
                        acknowledged.add(line.substring("acknowledged ".length()));
                        count = count + 1;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void awaitAcknowledged(int more) {
            int before = count;
            Until.isTrue("%d more writes of %s".formatted(more, process), () -> {
                assertThat(process.isAlive()).isTrue();
                return count > before + more;
            });
        }

        void kill() throws InterruptedException {
            process.toHandle().destroyForcibly(); // leaves the stream open
            process.waitFor();
            reading.join();
        }
    }
}
