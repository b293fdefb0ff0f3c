package io.sluice.proxy.admin;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sluice.proxy.forward.Gate;
import io.sluice.proxy.forward.Tally;
import io.sluice.proxy.upstream.Upstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What the proxy counts, as Prometheus reads it. Nothing is counted twice: each number is looked up when it is asked for. */
final class Metrics {

    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    Metrics(Administered proxy) {
        Tally tally = proxy.tally();
        Gate gate = proxy.gate();
        exchanges(tally);
        counter("captured_exchanges", "Exchanges that were handed to the capture.", tally.captured);
        counter("suppressed_exchanges", "Exchanges that passed beside the capture, as configured.", tally.suppressed);
        counter(
                "tunnels",
                "Connections that changed their protocol; what passed over them is not captured.",
                tally.tunnels);
        counter(
                "reads_cancelled",
                "Reads that were cancelled at the source because their client left.",
                tally.readsCancelled);
        counter("reads_repeated", "Reads that were sent again over another connection.", tally.readsRepeated);
        counter("writes_left", "Writes whose client left before the answer.", tally.writesLeft);
        counter("requests_cut", "Requests that a client left unfinished.", tally.requestsCut);
        counter(
                "source_failures",
                "Exchanges that a source left without an answer, or with half of one.",
                tally.sourceFailures);
        counter("client_connections", "Client connections that were taken.", tally.connections);
        counter("body_bytes_in", "Bytes of bodies from clients.", tally.bytesIn);
        counter("body_bytes_out", "Bytes of bodies to clients.", tally.bytesOut);
        counter("answers_unreadable", "Answers that could not be filtered for their client.", tally.answersUnreadable);
        byReason("refused", "Requests and connections that were not passed on.", tally::refused);
        byReason("answers_stripped", "Writes whose answer lacks what a replay needs.", tally::stripped);
        inFlight(gate);
        gauge("route_held", "1 while new requests are held.", () -> gate.isHeld() ? 1 : 0);
        gauge("waiting_requests", "Requests that wait while the route is held.", gate::waiting);
        gauge("clients", "Clients that are connected.", () -> proxy.clients().getAsInt());
        gauge("idle_source_connections", "Connections to clusters that wait to be used.", () -> idle(proxy));
        nodes(proxy);
        if (proxy.capture() != null) {
            capture(proxy.capture());
        }
    }

    /** The capture's part of the status, number by number: {@code journal.bytes} becomes {@code capture_journal_bytes}. */
    private void capture(Administered.Capture capture) {
        GaugeWithCallback.builder()
                .name("sluice_proxy_capture_state")
                .help("1 for the state that the capture is in.")
                .labelNames("state")
                .callback(told -> told.call(1, capture.status().path("state").asText()))
                .register(registry);
        figure(capture, "journal_bytes", "/journal/bytes", "Bytes of the journal that Kafka has not acknowledged.");
        figure(capture, "journal_max_bytes", "/journal/max_bytes", "Bytes that the journal may have.");
        figure(
                capture,
                "oldest_unacknowledged_ms",
                "/oldest_unacknowledged_ms",
                "Age of the oldest record that Kafka has not acknowledged.");
        figure(capture, "in_flight", "/in_flight", "Records that Kafka was handed and has not acknowledged.");
        figure(capture, "waiting", "/waiting", "Exchanges that wait for the capture.");
        CounterWithCallback.builder()
                .name("sluice_proxy_capture")
                .help("What the capture counts, as in the status.")
                .labelNames("what")
                .callback(told -> capture.status()
                        .path("counts")
                        .properties()
                        .forEach(count -> told.call(count.getValue().asDouble(), count.getKey())))
                .register(registry);
    }

    private void figure(Administered.Capture capture, String name, String place, String help) {
        gauge("capture_" + name, help, () -> capture.status().at(place).asLong());
    }

    byte[] text() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, registry.scrape(), EscapingScheme.DEFAULT);
        return text.toByteArray();
    }

    private void exchanges(Tally tally) {
        CounterWithCallback.builder()
                .name("sluice_proxy_exchanges")
                .help("Exchanges whose answer was passed on to its end.")
                .labelNames("class")
                .callback(told -> {
                    told.call((double) tally.reads.sum(), "read");
                    told.call((double) tally.writes.sum(), "write");
                })
                .register(registry);
    }

    private void byReason(String name, String help, Supplier<Map<String, Long>> counts) {
        CounterWithCallback.builder()
                .name("sluice_proxy_" + name)
                .help(help)
                .labelNames("reason")
                .callback(told -> counts.get().forEach((reason, count) -> told.call((double) count, reason)))
                .register(registry);
    }

    private void inFlight(Gate gate) {
        GaugeWithCallback.builder()
                .name("sluice_proxy_in_flight")
                .help("Exchanges that are under way.")
                .labelNames("class")
                .callback(told -> {
                    told.call((double) gate.inFlight(false), "read");
                    told.call((double) gate.inFlight(true), "write");
                })
                .register(registry);
    }

    private static long idle(Administered proxy) {
        return proxy.clusters().values().stream()
                .mapToLong(Upstream::idleConnections)
                .sum();
    }

    private void nodes(Administered proxy) {
        GaugeWithCallback.builder()
                .name("sluice_proxy_node_up")
                .help("1 when a node could be reached when it was last tried.")
                .labelNames("cluster", "node")
                .callback(told -> proxy.clusters()
                        .values()
                        .forEach(cluster -> cluster.nodes()
                                .forEach(node -> told.call(
                                        node.isUp() ? 1 : 0,
                                        cluster.name(),
                                        node.address().toString()))))
                .register(registry);
    }

    private void counter(String name, String help, LongAdder count) {
        CounterWithCallback.builder()
                .name("sluice_proxy_" + name)
                .help(help)
                .callback(told -> told.call((double) count.sum()))
                .register(registry);
    }

    private interface Figure {
        long now();
    }

    private void gauge(String name, String help, Figure figure) {
        GaugeWithCallback.builder()
                .name("sluice_proxy_" + name)
                .help(help)
                .callback(told -> told.call((double) figure.now()))
                .register(registry);
    }
}
