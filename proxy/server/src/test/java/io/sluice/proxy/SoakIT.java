package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BulkSink;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Under steady load, with clients that come and vanish, a proxy's memory does not grow. */
class SoakIT {

    private static final Logger LOG = LoggerFactory.getLogger(SoakIT.class);

    /** As long again goes before, to get warm. */
    private static final int WATCHED_SECONDS = Boolean.getBoolean("sluice.long") ? 60 : 10;

    private static final int CLIENTS = 6;
    private static final long SEED = 1_009;

    /** Kafka's client keeps its buffers, up to 32 MB once it had to wait; the rest is what is under way at one moment. */
    private static final long LIVE_MARGIN = 40L << 20;

    private static final long RESIDENT_MARGIN = 40L << 20;

    @TempDir
    private Path folder;

    /** Bytes: of objects that are in use; of all memory that is no file's. */
    private record Memory(long live, long resident) {}

    @Test
    void memoryStaysFlat() throws Exception {
        try (BulkSink sink = BulkSink.start(1);
                KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single());
                ProxyProcess proxy = ProxyProcess.start(configuration(sink, CapturedTopic.create(kafka, "soak")))) {
            Writers writers = new Writers(proxy::port, Writers.BULKS);
            writers.start(CLIENTS, SEED);
            Random random = new Random(SEED);
            Memory warm;
            Memory atTheEnd;
            try {
                loadFor(writers, random);
                warm = memory(proxy);
                loadFor(writers, random);
                atTheEnd = memory(proxy);
            } finally {
                writers.stop();
            }

            LOG.info("{} writes: {}, then {}", writers.acknowledged().size(), warm, atTheEnd);
            assertThat(writers.wrong()).isEmpty();
            assertThat(writers.lost()).isZero();
            assertThat(writers.acknowledged()).hasSizeGreaterThan(WATCHED_SECONDS * 20);
            assertThat(atTheEnd.live()).isLessThan(warm.live() + LIVE_MARGIN);
            assertThat(atTheEnd.resident()).isLessThan(warm.resident() + RESIDENT_MARGIN);
        }
    }

    private Path configuration(BulkSink sink, CapturedTopic topic) throws IOException {
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, """
                name: books
                source: {endpoint: "%s"}
                proxy:
                  listen: 127.0.0.1:0
                  admin: 127.0.0.1:0
                  journal: {max: 256mb}
                %s
                """.formatted(sink.endpoint(), topic.section()));
        return file;
    }

    private static void loadFor(Writers writers, Random random) throws Exception {
        long end = System.nanoTime() + WATCHED_SECONDS * 1_000_000_000L;
        while (System.nanoTime() < end) {
            writers.await(20);
            writers.vanish(random);
        }
    }

    private static Memory memory(ProxyProcess proxy) throws Exception {
        jcmd(proxy, "GC.run");
        String heap = jcmd(proxy, "GC.heap_info");
        long live = 0;
        Matcher used = Pattern.compile("(?:new generation|tenured generation).* used (\\d+)K")
                .matcher(heap);
        while (used.find()) {
            live += Long.parseLong(used.group(1)) << 10;
        }
        assertThat(live).as(heap).isPositive();
        String status = Files.readString(Path.of("/proc/" + proxy.pid() + "/status"));
        Matcher resident = Pattern.compile("RssAnon:\\s+(\\d+) kB").matcher(status);
        assertThat(resident.find()).as(status).isTrue();
        return new Memory(live, Long.parseLong(resident.group(1)) << 10);
    }

    private static String jcmd(ProxyProcess proxy, String command) throws Exception {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process jcmd = new ProcessBuilder(program, String.valueOf(proxy.pid()), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(said).isZero();
        return said;
    }
}
