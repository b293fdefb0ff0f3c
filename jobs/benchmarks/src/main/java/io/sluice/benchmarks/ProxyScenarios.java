package io.sluice.benchmarks;

import io.sluice.benchmarks.ProxyRig.Part;
import io.sluice.testkit.HaproxyProcess;
import io.sluice.testkit.KafkaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** One run of all that the proxy is measured by. */
final class ProxyScenarios {

    static final List<Integer> DELAYS_MS = List.of(0, 5, 20);

    private static final int MANY_CONNECTIONS = 2_000;
    private static final int LARGE_BODY_MB = 100;
    private static final int DELAYED_PER_SECOND = 400;
    private static final double NANOS_PER_MICRO = 1_000;

    private final ProxyRig rig;
    private final Path scratch;
    private final int connections;
    private final double seconds;
    private final double warmUpSeconds;
    private final Path document;

    ProxyScenarios(ProxyRig rig, Path scratch, int connections, double seconds, double warmUpSeconds)
            throws IOException {
        this.rig = rig;
        this.scratch = scratch;
        this.connections = connections;
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
        this.document = scratch.resolve("document.json");
        Files.writeString(document, new DocumentText(17).next());
    }

    private HttpLoad reads(Part part, double perSecond) {
        return new HttpLoad("GET", part.endpoint().resolve("/books/_search"), null, connections, perSecond);
    }

    private HttpLoad writes(Part part, double perSecond) {
        return new HttpLoad("PUT", part.endpoint().resolve("/books/_doc/1"), document, connections, perSecond);
    }

    /** As fast as it goes: CPU for each request of the part that is measured, and of the others. */
    private Figures busy(HttpLoad load, Part measured, Map<String, Long> others) throws IOException {
        Map<String, Long> before = new LinkedHashMap<>();
        for (Map.Entry<String, Long> other : others.entrySet()) {
            before.put(other.getKey(), cpu(other.getValue()));
        }
        long began = cpu(measured.pid());
        AtomicLong loadCpu = new AtomicLong();
        HttpLoad.Result result =
                load.run(seconds, scratch, pid -> ProcessUsage.cpuNanos(pid).ifPresent(loadCpu::set));
        int requests = result.answered();
        Figures figures = Figures.none()
                .with("per_second", result.perSecond())
                .with("cpu_us", (cpu(measured.pid()) - began) / NANOS_PER_MICRO / requests)
                .with("p50_ms", result.milliseconds(50))
                .with("p99_ms", result.milliseconds(99))
                .with("failed", result.failed())
                .with("load_cpu_us", loadCpu.get() / NANOS_PER_MICRO / requests);
        for (Map.Entry<String, Long> other : others.entrySet()) {
            long used = cpu(other.getValue()) - before.getOrDefault(other.getKey(), 0L);
            figures = figures.with(other.getKey() + "_cpu_us", used / NANOS_PER_MICRO / requests);
        }
        return figures;
    }

    private static long cpu(long pid) throws IOException {
        return ProcessUsage.cpuNanos(pid)
                .orElseThrow(() -> new IOException("process " + pid + " ended while it was measured"));
    }

    /** Reads: HAProxy, the proxy without capture, and the proxy with it; then all three at half of what the slowest can. */
    Figures reads(Part source, KafkaProcess kafka) throws IOException {
        Part haproxy = rig.haproxy(source);
        Part off = rig.proxy("off", source);
        Part captured = rig.proxy("captured", source, kafka);
        List<Part> parts = List.of(haproxy, off, captured);
        Map<String, Long> others = Map.of("source", source.pid());
        Figures all = Figures.none();
        double least = Double.MAX_VALUE;
        for (Part part : parts) {
            reads(part, 0).run(warmUpSeconds, scratch);
            Figures busy = busy(reads(part, 0), part, others);
            least = Math.min(least, busy.get("per_second"));
            all = all.withAll(part.name() + "_", busy);
        }
        double half = least / 2;
        all = all.with("fixed_per_second", half);
        for (Part part : parts) {
            HttpLoad.Result result = reads(part, half).run(seconds, scratch);
            all = all.with(part.name() + "_fixed_p50_ms", result.milliseconds(50))
                    .with(part.name() + "_fixed_p99_ms", result.milliseconds(99));
        }
        double base = all.get("haproxy_cpu_us");
        return all.with("off_to_haproxy", all.get("off_cpu_us") / base)
                .with("captured_to_haproxy", all.get("captured_cpu_us") / base)
                .with("off_p99_above_ms", all.get("off_fixed_p99_ms") - all.get("haproxy_fixed_p99_ms"))
                .with("captured_p99_above_ms", all.get("captured_fixed_p99_ms") - all.get("haproxy_fixed_p99_ms"));
    }

    /** Captured writes of 1 KB as fast as they go. */
    Figures writes(Part source, KafkaProcess kafka) throws IOException {
        Part proxy = rig.proxy("writes", source, kafka);
        writes(proxy, 0).run(warmUpSeconds * 2, scratch);
        Map<String, Long> others = new LinkedHashMap<>();
        others.put("source", source.pid());
        others.put("kafka", kafka.pid());
        return busy(writes(proxy, 0), proxy, others);
    }

    /** The median of a captured write above the larger of the source's own and Kafka's, with sources that take their time. */
    Figures delayed(KafkaProcess kafka) throws IOException {
        KafkaRoundTrip.Medians roundTrip = KafkaRoundTrip.measure(kafka, DELAYED_PER_SECOND);
        double kafkaMs = roundTrip.atTheRate();
        Figures all = Figures.none()
                .with("kafka_p50_ms", kafkaMs)
                .with("kafka_one_after_the_other_p50_ms", roundTrip.oneAfterTheOther());
        for (int delay : DELAYS_MS) {
            Part source = rig.source(HaproxyProcess.answeringAfter(Duration.ofMillis(delay)));
            Part proxy = rig.proxy("delayed", source, kafka);
            writes(proxy, 0).run(warmUpSeconds, scratch);
            HttpLoad direct = writes(source, DELAYED_PER_SECOND);
            HttpLoad captured = writes(proxy, DELAYED_PER_SECOND);
            double own = direct.runInTurns(seconds, scratch).milliseconds(50);
            double through = captured.runInTurns(seconds, scratch).milliseconds(50);
            String prefix = "delay_" + delay + "_";
            all = all.with(prefix + "source_p50_ms", own)
                    .with(prefix + "proxy_p50_ms", through)
                    .with(prefix + "above_ms", through - Math.max(own, kafkaMs))
                    .with(
                            prefix + "source_at_once_p50_ms",
                            direct.run(seconds, scratch).milliseconds(50))
                    .with(
                            prefix + "proxy_at_once_p50_ms",
                            captured.run(seconds, scratch).milliseconds(50));
        }
        return all;
    }

    /** Two thousand connections, then bodies of 100 MB, in the memory that the start script gives. */
    Figures large(Part source, KafkaProcess kafka) throws IOException {
        Part proxy = rig.proxy("large", source, kafka);
        HttpLoad many = new HttpLoad("PUT", proxy.endpoint().resolve("/books/_doc/1"), document, MANY_CONNECTIONS, 0);
        HttpLoad.Result result = many.run(seconds, scratch);
        Figures figures = Figures.none()
                .with("connections_per_second", result.perSecond())
                .with("connections_p99_ms", result.milliseconds(99))
                .with("connections_failed", result.failed())
                .with("connections_peak_rss_mb", ProcessUsage.peakRssBytes(proxy.pid()) / 1e6);
        Part bulks = rig.proxy("bulks", rig.swallowing(), kafka);
        HttpLoad bulk = new HttpLoad("POST", bulks.endpoint().resolve("/_bulk"), largeBulk(), 1, 0);
        HttpLoad.Result swallowed = bulk.run(seconds, scratch);
        return figures.with("bulks", swallowed.answered())
                .with("bulks_failed", swallowed.failed())
                .with("bulk_mb_per_second", swallowed.perSecond() * LARGE_BODY_MB)
                .with("bulks_peak_rss_mb", ProcessUsage.peakRssBytes(bulks.pid()) / 1e6);
    }

    private Path largeBulk() throws IOException {
        Path file = scratch.resolve("bulk.ndjson");
        List<String> lines = new ArrayList<>();
        String line = "{\"index\":{\"_index\":\"books\"}}\n" + Files.readString(document) + "\n";
        for (int i = 0; i < (LARGE_BODY_MB << 20) / line.length(); i++) {
            lines.add(line);
        }
        Files.writeString(file, String.join("", lines));
        return file;
    }
}
